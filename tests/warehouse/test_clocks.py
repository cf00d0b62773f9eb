"""Whatever has versions is asked for that of an instant: read in the compiled SQL of each model."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from compiled_clocks import Reading, asked_conditions, parsed, readings
from dbt_runner import parsed as dbt_project
from dbt_runner import run_dbt, seeded_database

from cvplus.runtime.postgres import EmbeddedPostgres

# What features read without asking for one version: how often, and why that tells nothing of later.
FEATURES_UNASKED: dict[tuple[str, str], tuple[int, str]] = {
    ("job_features", "int_jobs"): (1, "the jobs there are rows for; what is not known yet has none"),
    ("market_features", "int_applications"): (1, "the weeks there are rows for"),
    ("market_features", "int_jobs"): (1, "the instant at which an occupation and country was first heard of"),
    ("skill_features", "int_applications"): (1, "the weeks there are rows for"),
    ("user_behavior_features", "int_applications"): (1, "the days there are rows for"),
    ("user_behavior_features", "int_cvs"): (1, "the people there are rows for at the horizon's day"),
    ("training_examples", "int_jobs"): (
        1,
        "when jobs were first known: `known_by` asks for what had come",
    ),
    ("scoring_pairs", "int_jobs"): (1, "when jobs were first known: `known_by` asks for what had come"),
    ("scoring_pairs", "int_events"): (1, "how much was told by the horizon, every version: `known_by`"),
    ("scoring_pairs", "int_cvs"): (1, "how much was told by the horizon, every version: `known_by`"),
    ("scoring_pairs", "int_outcomes"): (1, "how much was told by the horizon, every version: `known_by`"),
}
CONTENT = (
    "what was read in a record is a function of the record alone: the newest reader's word is as old as it"
)
NEWS = "the instants at which there was news, each of which is then asked for"
FIRST = "when a posting or record was first known, and how it was told then"
TOGETHER = "each version of a posting or record, while it was held to be of a job or company"
LINKER = "the newest word of the linker tells since when it held"
REPEATED = "what has no time of change is as it was first told; a later word on it is none"
COUNTED = "each version counts on the day it was known, and no other"
# What intermediate models read neither as of an instant nor with every version that was ever current.
INTERMEDIATE_UNASKED: dict[tuple[str, str], str] = {
    ("int_company_records", "stg_derived__company_facts"): CONTENT,
    ("int_company_links", "stg_derived__company_record_links"): LINKER,
    ("int_company_links", "int_company_tellings"): FIRST,
    ("int_company_tellings", "int_company_records"): FIRST,
    ("int_company_names", "int_company_records"): FIRST,
    ("int_company_names", "int_company_links"): TOGETHER,
    ("int_companies", "int_company_links"): TOGETHER,
    ("int_companies", "int_company_names"): TOGETHER,
    ("int_companies", "int_company_records"): TOGETHER,
    ("int_cvs", "stg_derived__cv_facts"): CONTENT,
    ("int_pay_observations", "stg_derived__posting_facts"): CONTENT,
    ("int_posting_sightings", "stg_derived__posting_facts"): CONTENT,
    ("int_job_links", "stg_derived__posting_links"): LINKER,
    ("int_job_links", "int_posting_sightings"): FIRST,
    ("int_posting_tellings", "int_posting_sightings"): FIRST,
    ("int_jobs", "int_company_links"): NEWS,
    ("int_jobs", "int_company_names"): NEWS,
    ("int_jobs", "int_job_links"): TOGETHER,
    ("int_jobs", "int_posting_sightings"): TOGETHER,
    ("int_application_states", "int_applications"): NEWS,
    ("int_application_states", "int_outcomes"): NEWS,
    ("int_application_states", "int_job_links"): NEWS,
    ("int_pay_observations", "int_applications"): NEWS,
    ("int_pay_observations", "int_outcomes"): NEWS,
    ("int_pay_observations", "int_job_links"): NEWS,
    ("int_pay_observations", "int_jobs"): "all versions, each with its pay; and " + NEWS,
    ("int_sec_edgar_companies", "stg_sec_edgar__companies"): NEWS,
    ("int_usajobs_postings", "stg_usajobs__search"): NEWS,
    ("int_usajobs_postings", "stg_usajobs__historic_announcements"): NEWS,
    ("int_events", "stg_product__events"): REPEATED,
    ("int_feedback", "stg_product__feedback"): REPEATED,
    ("int_coursera_skills", "stg_coursera__courses"): COUNTED,
    ("int_github_skills", "stg_github__repositories"): COUNTED,
    ("int_crunchbase_companies", "stg_crunchbase__deleted_entities"): "a removal is the last word",
    ("int_hacker_news_postings", "stg_hacker_news_who_is_hiring__jobs"): (
        "what its writer deleted is taken away from all time: whoever deletes may ask that of us"
    ),
    ("int_posting_sightings", "int_posting_closings"): "each closing is a version of its own",
    ("int_scoring_pairs", "int_applications"): "who was active; scoring is done now",
    ("int_scoring_pairs", "int_events"): "who was active and what was asked for; scoring is done now",
    (
        "int_scoring_pairs",
        "int_cvs",
    ): "which versions were known when the person applied, and which one an application meant",
    ("int_scoring_pairs", "int_jobs"): "which jobs were ever known; scoring is done now",
}


@dataclass(frozen=True)
class Project:
    """The compiled models by name, and what has versions, by its schema."""

    compiled: dict[str, str]
    schemas: dict[str, str]
    versioned: dict[str, str]
    unended: set[str]

    def read_in(self, schema: str) -> Iterator[Reading]:
        """Every reading of something that has versions, by the models of a schema."""
        for name, sql in self.compiled.items():
            if self.schemas[name] == schema:
                yield from readings(name, sql, self.versioned)


@pytest.fixture(scope="module")
def project(postgres_server: EmbeddedPostgres) -> Project:
    with seeded_database(postgres_server) as url:
        compiled = run_dbt(url, "compile", "--select", "intermediate", "features").result.results
        models = [
            node
            for node in dbt_project().manifest_of(url.rpartition("/")[2]).nodes.values()
            if node.resource_type == "model"
        ]
    return Project(
        compiled={
            result.node.name: result.node.compiled_code
            for result in compiled
            if result.node.resource_type == "model"
        },
        schemas={node.name: node.schema for node in models},
        versioned={
            node.name: node.schema
            for node in models
            if node.schema in ("staging", "intermediate") and "known_at" in node.columns
        },
        unended={
            node.name
            for node in models
            if "known_at" in node.columns
            and "known_until" not in node.columns
            and node.schema in ("staging", "intermediate")
        },
    )


def test_features_ask_each_version_as_of_their_own_instant_or_the_horizon(project: Project) -> None:
    found = Counter(
        (read.model, read.relation) for read in project.read_in("features") if read.how != "as_of"
    )
    assert found == {place: count for place, (count, _) in FEATURES_UNASKED.items()}, (
        "Ask it by as_of() or as_of_join(); where all versions are meant, say here why."
    )


def test_intermediate_models_ask_as_of_an_instant_or_keep_every_version(project: Project) -> None:
    found = {(read.model, read.relation) for read in project.read_in("intermediate") if read.how == "unasked"}
    assert found == INTERMEDIATE_UNASKED.keys(), (
        "Ask it by as_of() or as_of_join(), or keep every version by was_ever_current(); else say here why."
    )


def test_whatever_becomes_known_says_until_when(project: Project) -> None:
    # A closing is an event, which a later one follows; a posting or company is first told once.
    assert project.unended == {"int_posting_closings", "int_posting_tellings", "int_company_tellings"}


def test_to_take_away_either_half_of_any_condition_is_seen(project: Project) -> None:
    taken = 0
    for name in [name for name, schema in project.schemas.items() if schema == "features"]:
        sql = project.compiled.get(name, "select 1")
        honest = Counter(readings(name, sql, project.versioned))
        for place in range(len(list(asked_conditions(parsed(sql), project.versioned)))):
            tree = parsed(sql)
            list(asked_conditions(tree, project.versioned))[place].replace(
                parsed("select true").expressions[0]
            )
            assert Counter(readings(name, tree.sql("postgres"), project.versioned)) != honest, (name, place)
            taken += 1
    assert taken > 60


@pytest.mark.parametrize(
    "condition",
    [
        # Its own instant, what is current only now, the other order, another's end.
        "b.known_at <= b.updated_at and (b.known_until is null or b.updated_at < b.known_until)",
        "b.known_until is null",
        "b.known_at >= a.feature_at and (b.known_until is null or a.feature_at < b.known_until)",
        "b.known_at <= a.feature_at and (a.known_until is null or a.feature_at < a.known_until)",
        "b.known_at <= a.feature_at and (b.known_until is null or a.known_at < b.known_until)",
        "b.known_at <= a.feature_at or (b.known_until is null or a.feature_at < b.known_until)",
        "b.known_at <= now() and (b.known_until is null or now() < b.known_until)",
    ],
)
def test_what_only_looks_like_the_condition_is_none(condition: str) -> None:
    sql = f"select b.pay from spine as a left join staging.told as b on a.id = b.id and {condition}"
    assert [read.how for read in readings("x", sql, {"told": "staging"})] == ["unasked"]


def test_the_condition_is_found_in_joins_below_laterals_and_around_unions() -> None:
    asked = "t.known_at <= a.feature_at and (t.known_until is null or a.feature_at < t.known_until)"
    for sql in (
        f"select t.pay from a left join staging.told as t on {asked}",
        f"select c.pay from a cross join lateral (select t.* from staging.told as t where {asked}) as c",
        "select t.pay from a inner join (select known_at, known_until from staging.told union all"
        f" select known_at, known_until from elsewhere) as t on {asked}",
        f"with c as (select * from staging.told) select t.pay from a inner join c as t on {asked}",
    ):
        assert [read.how for read in readings("x", sql, {"told": "staging"})] == ["as_of"], sql
