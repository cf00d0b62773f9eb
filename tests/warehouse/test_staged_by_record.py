"""Staging that takes only what is new holds, to the row, what a build of everything makes of the batches."""

import random
from collections.abc import Iterator, Sequence

import psycopg
import pytest
from dbt_runner import run_dbt, seeded_database
from psycopg import sql
from replayed_history import drawn_seed, load_history

from cvplus.runtime.postgres import EmbeddedPostgres

pytestmark = pytest.mark.slow
# What the history tells of; the other models of this kind are made by the same macros.
TOLD_OF = (
    "product__applications", "product__cvs", "product__events", "product__jobs", "product__outcomes",
    "product__subscriptions", "bls_oews__wages", "usajobs__historic_announcements", "usajobs__search",
    "remotive__jobs", "crunchbase__organizations", "derived__posting_facts", "derived__cv_facts",
)  # fmt: skip
MODELS = [f"stg_{name}" for name in TOLD_OF]
STEPS = 4


@pytest.fixture
def seed() -> int:
    return drawn_seed()


@pytest.fixture
def told_url(postgres_server: EmbeddedPostgres, seed: int) -> Iterator[str]:
    """A history with corrections of every fact in raw, of which nothing has passed a gate yet."""
    with seeded_database(postgres_server) as url:
        load_history(url, seed)
        with psycopg.connect(url) as connection:
            connection.execute("update ops.batches set state = 'loaded'")
        yield url


def stage(url: str, *flags: str) -> None:
    run_dbt(url, "run", "--select", *MODELS, *flags)


def judge(url: str, batches: Sequence[str], state: str) -> None:
    """Give batches a verdict, as a gate or a person does."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "update ops.batches set state = %s, gated_at = clock_timestamp() where batch_id = any(%s)",
            [state, list(batches)],
        )


def reload(url: str, batches: Sequence[str], chance: random.Random) -> None:
    """Load batches anew that lack some of their records now, and let them pass."""
    with psycopg.connect(url) as connection:
        for (table,) in connection.execute(
            "select distinct source || '__' || resource from ops.batches where batch_id = any(%s)",
            [list(batches)],
        ).fetchall():
            connection.execute(
                sql.SQL("delete from raw.{} where batch_id = any(%s) and random() < 0.3").format(
                    sql.Identifier(table)
                ),
                [list(batches)],
            )
    judge(url, batches, "accepted")


def differences(url: str) -> dict[str, tuple[int, int]]:
    """How many rows only the models have, and how many only a build of everything, where there are any."""
    found = {}
    with psycopg.connect(url) as connection:
        connection.execute("drop schema if exists held cascade; create schema held")
        for model in MODELS:
            connection.execute(f"create table held.{model} as select * from staging.{model}")
    stage(url, "--full-refresh")
    with psycopg.connect(url) as connection:
        for model in MODELS:
            row = connection.execute(
                f"""
                select (select count(*) from (table held.{model} except all table staging.{model}) as gone),
                    (select count(*) from (table staging.{model} except all table held.{model}) as lacking),
                    (select count(*) from staging.{model})
                """
            ).fetchone()
            assert row is not None
            assert row[2] > 0, f"{model} is empty: there is nothing to compare"
            if row[0] or row[1]:
                found[model] = (row[0], row[1])
    return found


def test_batches_in_any_order_taken_back_released_and_loaded_anew_give_what_a_whole_build_gives(
    told_url: str, seed: int
) -> None:
    chance = random.Random(seed)
    with psycopg.connect(told_url) as connection:
        batches = [batch for (batch,) in connection.execute("select batch_id from ops.batches order by 1")]
    chance.shuffle(batches)
    accepted: list[str] = []
    for step in range(STEPS):
        news = batches[step::STEPS]
        judge(told_url, news, "accepted")
        if accepted:
            judge(told_url, chance.sample(accepted, len(accepted) // 5), "quarantined")
            judge(told_url, chance.sample(accepted, len(accepted) // 5), "released")
            reload(told_url, chance.sample(accepted, len(accepted) // 10), chance)
        accepted += news
        stage(told_url)
    assert differences(told_url) == {}


def test_a_batch_reads_its_own_records_again_and_no_other(told_url: str) -> None:
    with psycopg.connect(told_url) as connection:
        connection.execute("update ops.batches set state = 'accepted', gated_at = now()")
        (last,) = connection.execute(
            "select batch_id from ops.batches where (source, resource) = ('product', 'applications')"
            " order by known_at_rule, batch_id desc limit 1"
        ).fetchone() or ("",)
    stage(told_url)
    where = "select record_key, xmin::text from staging.stg_product__applications order by 1, 2"
    with psycopg.connect(told_url) as connection:
        before = connection.execute(where).fetchall()
        keys = {
            key
            for (key,) in connection.execute(
                "select record_key from raw.product__applications where batch_id = %s", [last]
            )
        }
    judge(told_url, [last], "released")
    stage(told_url)
    with psycopg.connect(told_url) as connection:
        after = connection.execute(where).fetchall()
    assert {key for key, _ in set(after) - set(before)} == keys
    assert 0 < len(keys) < len(before) / 2


def test_a_build_without_news_writes_nothing(told_url: str) -> None:
    with psycopg.connect(told_url) as connection:
        connection.execute("update ops.batches set state = 'accepted', gated_at = now()")
    stage(told_url)
    where = "select max(xmin::text::bigint), count(*) from staging.stg_product__cvs"
    with psycopg.connect(told_url) as connection:
        before = connection.execute(where).fetchone()
    stage(told_url)
    with psycopg.connect(told_url) as connection:
        assert connection.execute(where).fetchone() == before
