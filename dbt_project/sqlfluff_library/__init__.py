"""Stand-ins for the project's macros, so that sqlfluff can lint models without dbt and a database.

Each macro found under ``macros/`` becomes a function of the same name. Most are expressions and give a call
of a function with the arguments' text; those that give lists, joins or whole queries are spelled out below.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_MACROS = Path(__file__).parents[1] / "macros"
_QUERIES = {
    "accepted_versions",
    "example_features",
    "example_labels",
    "job_part",
    "pair_part",
    "temporal_part",
    "date_series",
    "stage_posting",
    "stage_pay",
    "stage_company",
    "stage_skill",
    "counted_skills",
    "staged_facts",
    "staged_links",
    "told_links",
    "example_weeks",
    "skills_in_demand",
    "union_of",
}
_LISTS = {
    "job_feature_names",
    "pair_feature_names",
    "market_feature_names",
    "behavior_feature_names",
    "cv_measures",
}


def _expression(name: str) -> Callable[..., str]:
    def stand_in(*arguments: Any, **_: Any) -> str:
        columns = [str(argument) for argument in arguments if re.fullmatch(r"[a-z_.]+", str(argument))]
        return f"{name}({', '.join(columns)})"

    return stand_in


class _Namespace:
    """dbt's own macros: ``dbt.date_trunc(…)`` and its like."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        return _expression(name)


dbt = _Namespace()

for _path in _MACROS.rglob("*.sql"):
    for _name in re.findall(r"{%-? macro (\w+)\(", _path.read_text()):
        if _name in _QUERIES:
            globals()[_name] = lambda *_arguments, **_named: "select example_id from elsewhere"
        elif _name in _LISTS:
            globals()[_name] = lambda: ["first_name", "second_name"]
        elif "__" not in _name:
            globals()[_name] = _expression(_name)


def as_of_join(relation: str, alias: str, spine: str, keys: list[str], instant: str | None = None) -> str:
    """The join itself, so that its alias is known."""
    return f"left join {relation} as {alias} on {spine}.{keys[0]} = {alias}.{keys[0]}"


def job_link_join(alias: str, spine: str, instant: str) -> str:
    """The join itself, so that its alias is known."""
    return f"left join int_job_links as {alias} on {spine}.posting_id = {alias}.posting_id"


def answer_counts_join(alias: str, _counted_of: str, counted_id: str, _instant: str) -> str:
    """The join itself, so that its alias is known."""
    return f"left join int_answer_counts as {alias} on {counted_id} = {alias}.counted_id"


def company_names_join(alias: str, spine: str, _instant: str) -> str:
    """The joins themselves, so that their aliases are known."""
    return " ".join(
        f"left join int_company_names as {alias}_{part} on {spine}.company_key = {alias}_{part}.name_letters"
        for part in ("whole", "bare")
    )


def merged_versions(relation: str, entity: list[str], columns: list[str]) -> str:
    """A query of the relation, so that it is used."""
    return f"select {', '.join(entity + columns)} from {relation}"


def each_week(first_week: str, last_week: str, alias: str) -> str:
    """The join itself, so that its alias is known."""
    return f"cross join lateral (select {first_week} as week_start_date, {last_week} as last_week) as {alias}"


def materialized() -> str:
    """The word itself."""
    return "materialized"


def behavior_windows() -> list[int]:
    """Days of the windows."""
    return [7, 28]


def example_feature_columns(prefix: str = "example_features") -> list[str]:
    """Two of the columns."""
    return [f"{prefix}.first_name", f"{prefix}.second_name"]


def registered_features() -> list[dict[str, Any]]:
    """One feature, with all that the registry asks."""
    parts = ["name", "group", "entity", "data_type", "unit", "meaning", "expected_direction", "table_name"]
    return [
        {
            **dict.fromkeys(parts, "word_count"),
            "time_to_live_hours": 24,
            "is_model_input": True,
            "moves_with_time": True,
        }
    ]


def unnest_array(array: str, name: str) -> str:
    """A table of one column."""
    return f"lateral unnest({array}) as {name}_rows ({name})"


def unnest_pairs(first: str, second: str, first_name: str, second_name: str) -> str:
    """A table of two columns."""
    return f"lateral unnest({first}, {second}) as pairs ({first_name}, {second_name})"


def same_key(left: str, right: str, columns: list[str]) -> str:
    """The condition itself."""
    return " and ".join(f"{left}.{column} = {right}.{column}" for column in columns)


def posting_readings() -> dict[str, list[list[str]]]:
    """Two readings with a resource each."""
    return {"opened": [["product", "jobs"]], "snapshot": [["ashby", "jobs"]]}


def staging_columns(_kind: str) -> dict[str, str]:
    """Two of the columns with their types."""
    return {"source_company_id": "text", "updated_at": "timestamptz"}
