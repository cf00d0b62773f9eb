"""What `make run` prints at its end: tables, the champion beside the base rate, predictions, addresses."""

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from cvplus.runtime.start import Plant

SHOWN_SCHEMAS = ["raw", "ops", "staging", "intermediate", "features", "marts", "predictions"]
EXAMPLES = 5


def print_summary(connection: psycopg.Connection, plant: Plant, console: Console) -> None:
    """Print everything that a person wants to see after a run."""
    console.print(table_counts(connection))
    print_champion(connection, console)
    print_predictions(connection, console)
    print_addresses(plant, console)


def table_counts(connection: psycopg.Connection) -> Table:
    """Every table with its rows."""
    table = Table(title="Tables", title_justify="left")
    table.add_column("table")
    table.add_column("rows", justify="right")
    names = connection.execute(
        """
        select table_schema, table_name from information_schema.tables
        where table_schema = any(%s) order by array_position(%s, table_schema::text), table_name
        """,
        [SHOWN_SCHEMAS, SHOWN_SCHEMAS],
    ).fetchall()
    for schema, name in names:
        row = connection.execute(
            sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))
        ).fetchone()
        table.add_row(f"{schema}.{name}", f"{row[0]:,}" if row else "")
    return table


def print_champion(connection: psycopg.Connection, console: Console) -> None:
    """The newest decision, and the newest model's metrics beside the base rate."""
    decision = connection.execute(
        "select to_version, is_promoted, reasons from ops.promotions order by decided_at desc limit 1"
    ).fetchone()
    if decision is None:
        console.print("No model has been trained.")
        return
    version, is_promoted, reasons = decision
    rows = connection.execute(
        """
        select target, is_trained, evaluation_rows, metrics
        from ops.model_evaluations where model_version = %s order by target
        """,
        [version],
    ).fetchall()
    origin = rows[0][3].get("data_origin", "unknown") if rows else "unknown"
    role = "promoted to champion" if is_promoted else "not promoted"
    title = f"Model version {version}, {role}; newest slice of time; data: {origin}"
    table = Table(title=title, title_justify="left")
    for column in ("target", "rows", "metric", "model", "base rate", "difference [95 % interval]"):
        table.add_column(column)
    for target, is_trained, evaluation_rows, metrics in rows:
        if not is_trained:
            table.add_row(target, str(evaluation_rows), "not trained", str(metrics.get("reason", "")), "", "")
            continue
        for line in metrics.get("comparison", []):
            interval = f"{line['difference']:+.4f} [{line['low']:+.4f}, {line['high']:+.4f}]"
            table.add_row(
                target,
                f"{evaluation_rows:,}",
                line["metric"],
                f"{line['model']:.4f}",
                f"{line['base_rate']:.4f}",
                interval,
            )
    console.print(table)
    for reason in reasons:
        mark = "passed" if reason["is_passed"] else "not passed"
        console.print(f"  {mark}: {reason['text']}", markup=False)
    if any(not reason["is_passed"] for reason in reasons):
        console.print("  What a rule that was not passed means, and why it can be so: docs/models.md.")


def print_predictions(connection: psycopg.Connection, console: Console) -> None:
    """Five predictions with their reasons."""
    predictions = connection.execute(
        """
        select prediction_id, cv_id, job_id, interview_probability, offer_probability, salary_low,
            salary_median, salary_high, salary_currency, time_to_hire_days, competitiveness_score
        from predictions.latest_predictions
        order by competitiveness_score desc nulls last, prediction_id limit %s
        """,
        [EXAMPLES],
    ).fetchall()
    for prediction in predictions:
        identity, cv, job, interview, offer, low, median, high, currency, days, score = prediction
        reasons = connection.execute(
            """
            select feature, value, contribution from predictions.prediction_reasons
            where prediction_id = %s and target = 'interview_probability' order by rank limit 3
            """,
            [identity],
        ).fetchall()
        pay = f"{low:,.0f} to {high:,.0f} {currency} (median {median:,.0f})" if median else "pay unknown"
        console.print(
            f"CV {cv} for job {job[:8]}…: interview {_share(interview)}, offer {_share(offer)}, {pay}, "
            f"{f'{days:.0f} days' if days else 'time unknown'}, competitiveness {score or 0:.0f}"
        )
        for feature, value, contribution in reasons:
            console.print(f"    {feature} = {value} ({contribution:+.3f})")


def _share(value: float | None) -> str:
    return f"{value:.0%}" if value is not None else "unknown"


def print_addresses(plant: Plant, console: Console) -> None:
    """Where to look."""
    home = plant.settings.home
    console.print("\n[bold]Where to look[/]")
    console.print(f"  Airflow    {plant.airflow_url}  (`make login` tells how to log in)")
    console.print(f"  MLflow     {plant.mlflow_url}  (`make login`)")
    console.print(f"  Data Docs  {home / 'data_docs' / 'index.html'}")
    console.print("  Manual     `make docs` builds the manual, dbt docs and Data Docs as one site")
    console.print("  SQL        `make psql`; other tools: `make env`")
