"""Real answers of providers, recorded in the world, become typed rows: declaration, lake, raw, gate, staging.

What is to be read in them, ``real_answers`` says. Skipped where the real data are not beside the checkout.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import responses
from dbt_runner import DBT_PROJECT, run_dbt, seeded_database
from psycopg.rows import dict_row
from real_answers import ANSWERS, RealAnswer
from replaying import land_replayed

from cvplus.lake.store import open_lake
from cvplus.quality.gate import GateOutcome, gate_batches
from cvplus.runtime.postgres import EmbeddedPostgres
from cvplus.sources.registry import load_sources
from cvplus.warehouse.declared import resource_named
from cvplus.warehouse.load import BatchCounts, load_batch
from cvplus.yaml_files import read_yaml

pytestmark = pytest.mark.slow

KINDS = read_yaml(DBT_PROJECT / "dbt_project.yml")["vars"]["staging_columns"]
STAGED = [real for real in ANSWERS if real.refused is None]


def kind_of(real: RealAnswer) -> str:
    """What of the market an answer tells."""
    return load_sources()[real.source].resource(real.resource).maps_to


@dataclass(frozen=True)
class Staged:
    """A warehouse with all the answers in it, each a batch, and what load and gate said of it."""

    url: str
    batches: dict[str, str]
    counts: dict[str, BatchCounts]
    outcomes: dict[str, GateOutcome]

    def rows(self, real: RealAnswer) -> dict[str, dict[str, Any]]:
        """What staging shows of an answer: its rows by record key."""
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            connection.execute("set time zone 'UTC'")
            found = connection.execute(
                f"select * from staging.stg_{real.source}__{real.resource} where batch_id = %s",
                [self.batches[str(real)]],
            ).fetchall()
        keys = [row["record_key"] for row in found]
        assert len(set(keys)) == len(keys)
        return {row["record_key"]: row for row in found}


@pytest.fixture(scope="module")
def staged(postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    folder = tmp_path_factory.mktemp("real")
    with seeded_database(postgres_server) as url:
        batches, counts = load_all(url, folder)
        outcomes = gate_batches(url, batches.values(), folder / "docs")
        models = {f"stg_{real.source}__{real.resource}" for real in ANSWERS}
        run_dbt(url, "run", "--select", *sorted(models))
        yield Staged(url, batches, counts, {outcome.batch_id: outcome for outcome in outcomes})


def load_all(url: str, folder: Path) -> tuple[dict[str, str], dict[str, BatchCounts]]:
    """Land and load every answer as a batch of its own: batch ids and counts by the answer's name."""
    lake = open_lake(folder.as_uri())
    batches, counts = {}, {}
    with (
        psycopg.connect(url) as connection,
        responses.RequestsMock(registry=responses.registries.OrderedRegistry) as mocked,
    ):
        for real in ANSWERS:
            content = real.content()
            manifest = land_replayed(
                mocked,
                lake,
                real.source,
                real.resource,
                real.exchanges(content),
                credentials=real.credentials(content),
                run_key=str(real),
            )
            batches[str(real)] = manifest.batch_id
            resource = resource_named(real.source, real.resource)
            counts[str(real)] = load_batch(connection, lake, manifest, resource)
    return batches, counts


@pytest.mark.parametrize("real", STAGED, ids=str)
def test_a_real_answer_is_loaded_whole_and_accepted(real: RealAnswer, staged: Staged) -> None:
    records = len(real.rows(real.content()))
    assert staged.counts[str(real)] == BatchCounts(records, records, 0, 0)
    outcome = staged.outcomes[staged.batches[str(real)]]
    assert outcome.is_accepted, outcome.reason


@pytest.mark.parametrize("real", [real for real in ANSWERS if real.refused], ids=str)
def test_what_a_recorder_did_not_ask_for_is_refused_record_by_record(
    real: RealAnswer, staged: Staged
) -> None:
    records = len(real.rows(real.content()))
    assert staged.counts[str(real)] == BatchCounts(records, 0, 0, records)
    with psycopg.connect(staged.url) as connection:
        reasons = connection.execute(
            "select reason_code, count(*) from ops.rejected_records where batch_id = %s group by 1",
            [staged.batches[str(real)]],
        ).fetchall()
    assert reasons == [(real.refused, records)]
    assert staged.rows(real) == {}


@pytest.mark.parametrize("real", STAGED, ids=str)
def test_a_real_answer_is_staged_record_by_record(real: RealAnswer, staged: Staged) -> None:
    rows, wanted = staged.rows(real), real.rows(real.content())
    assert {key: {name: rows[key][name] for name in columns} for key, columns in wanted.items()} == wanted
    assert len(rows) == len(wanted)


@pytest.mark.parametrize("real", STAGED, ids=str)
def test_a_staged_record_has_its_keys_and_plausible_values(real: RealAnswer, staged: Staged) -> None:
    identity = {"posting": ["job_key"], "company": ["source_company_id"]}.get(kind_of(real), [])
    for row in staged.rows(real).values():
        held = ["record_key", "content_hash", "batch_id", "known_at", *identity]
        assert [name for name in held if row[name] is None] == []
        assert row["known_at"] <= datetime.now(UTC)
        assert row["known_until"] is None or row["known_until"] >= row["known_at"]
        told = [row[name] for name in ("posted_at", "updated_at", "closed_at") if row.get(name)]
        assert all(datetime(2000, 1, 1, tzinfo=UTC) < moment < datetime.now(UTC) for moment in told)
        assert row.get("country") is None or len(row["country"]) == 2
        assert (row.get("salary_min") or 0) <= (row.get("salary_max") or float("inf"))
        assert row.get("salary_min") is None or None not in (row["currency"], row["salary_period"])


@pytest.mark.parametrize("real", ANSWERS, ids=str)
def test_a_staging_model_has_the_columns_of_its_kind(real: RealAnswer, staged: Staged) -> None:
    model = f"stg_{real.source}__{real.resource}"
    if "stage_" not in (DBT_PROJECT / "models" / "staging" / f"{model}.sql").read_text():
        pytest.skip("the model is a select of its own")
    with psycopg.connect(staged.url) as connection:
        types = dict(
            connection.execute(
                """
                select attname, format_type(atttypid, atttypmod) from pg_attribute
                where attrelid = %s::regclass and attnum > 0 and not attisdropped
                """,
                [f"staging.{model}"],
            ).fetchall()
        )
    wanted = {
        name: declared.replace("timestamptz", "timestamp with time zone")
        for name, declared in KINDS[kind_of(real)].items()
    }
    assert {name: types.get(name) for name in wanted} == wanted
