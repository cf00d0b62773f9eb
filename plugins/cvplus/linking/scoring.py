"""How surely two records are of one thing: Splink's model with the weights of ``config/linking``."""

from collections.abc import Sequence
from typing import Any

import duckdb

from cvplus.linking.config import Comparison, LinkingRules

MEMORY_LIMIT = "1GB"
THREADS = 2
_EVEN = 0.5


def open_engine() -> duckdb.DuckDBPyConnection:
    """An engine in this process that spills to disk beyond its memory limit and fetches nothing."""
    engine = duckdb.connect(
        config={
            "memory_limit": MEMORY_LIMIT,
            "threads": THREADS,
            "autoinstall_known_extensions": "false",
            "TimeZone": "UTC",
        }
    )
    engine.execute("set enable_progress_bar = false")
    return engine


def scored_pairs(
    engine: duckdb.DuckDBPyConnection,
    table: str,
    rules: LinkingRules,
    blocks: Sequence[str],
    *,
    id_column: str,
    news: str,
) -> str:
    """Pairs of records of a table that a block puts side by side and that are surely of one thing.

    Args:
        engine: holds the table, a row a record.
        table: its name.
        rules: what the comparisons weigh, and the least probability of an answer.
        blocks: conditions of SQL on two records, ``l`` and ``r``; each begins with an equality.
        id_column: the record's id.
        news: a boolean column; a pair has one such record or two.

    Returns:
        The name of a table with ``left_id``, ``right_id`` and ``probability``; a pair once.
    """
    from splink import DuckDBAPI, Linker

    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": id_column,
        "probability_two_random_records_match": rules.prior,
        "retain_matching_columns": False,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"{block} and (l.{news} or r.{news})", "sql_dialect": "duckdb"}
            for block in blocks
        ],
        "comparisons": [_settings_of(comparison) for comparison in rules.comparisons],
    }
    linker = Linker(DuckDBAPI(engine).register(table), settings, validate_settings=False, log_level="ERROR")
    predictions = linker.inference.predict(
        threshold_match_probability=rules.least_probability, warning_mode="never"
    )
    engine.execute(
        f"""
        create or replace table scored as
        select {id_column}_l as left_id, {id_column}_r as right_id, match_probability as probability
        from {predictions.physical_name}
        """
    )
    return "scored"


def _settings_of(comparison: Comparison) -> dict[str, Any]:
    levels = []
    for level in comparison.levels:
        settings: dict[str, Any] = {
            "sql_condition": "ELSE" if level.when is None else level.when,
            "label_for_charts": level.name,
        }
        if level.matches is not None:
            settings |= {"m_probability": level.matches, "u_probability": level.others}
        elif level.when is None:
            settings |= {"m_probability": _EVEN, "u_probability": _EVEN}
        else:
            settings["is_null_level"] = True
        levels.append(settings)
    return {"output_column_name": comparison.name, "comparison_levels": levels}
