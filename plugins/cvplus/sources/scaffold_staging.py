"""Writes the staging model of a new resource: the call of its canonical macro, and the YAML beside it.

What columns a kind has is said once, in ``staging_columns`` of ``dbt_project/dbt_project.yml``; the dbt
macros read the same list.
"""

from pathlib import Path
from typing import Any, Literal

from cvplus.yaml_files import read_yaml

Kind = Literal["posting", "pay", "company", "skill"]

DBT_PROJECT = Path(__file__).parents[3] / "dbt_project"
_BEFORE = ("record_key", "content_hash", "batch_id", "source", "resource")
_AFTER = ("known_at", "known_until")

# What identifies the thing that a row is about: the columns that are never null.
IDENTITY: dict[Kind, tuple[str, ...]] = {
    "posting": ("job_key",),
    "pay": ("observation_key",),
    "company": ("source_company_id",),
    "skill": ("skill_id",),
}

# Arguments that a macro computes columns from, in the place of those columns.
_TOLD_AS = {"job_key": "job_id", "observation_key": "observation_id", "occupation_id": "occupation_code"}
# Columns that a macro works out of others.
_WORKED_OUT = {"skill_id"}
_REQUIRED = {
    "posting": ("job_id", "title"),
    "pay": ("observation_id", "basis", "observed_date"),
    "company": ("source_company_id", "company_name"),
    "skill": ("skill_name",),
}
# What providers call the field of a required argument.
_USUAL_NAMES = {
    "job_id": ("id",),
    "observation_id": ("id",),
    "source_company_id": ("id", "uuid"),
    "company_name": ("name", "company"),
    "skill_name": ("name",),
    "observed_date": ("date", "updated_at"),
}
_LITERALS = {"basis": "\"'reported'\""}
_READERS = {
    "boolean": "safe_boolean({})",
    "timestamptz": "safe_instant({})",
    "date": "safe_date({})",
    "double precision": "safe_number({})",
    "integer": "safe_integer({})",
    "bigint": "safe_bigint({})",
}


def canonical_columns(kind: Kind) -> dict[str, str]:
    """Names and SQL types of the columns that the kind has between its keys and its instants, in order."""
    project: dict[str, Any] = read_yaml(DBT_PROJECT / "dbt_project.yml")
    columns: dict[str, str] = project["vars"]["staging_columns"][kind]
    return columns


def staging_column_names(kind: Kind) -> list[str]:
    """Names of all columns of a staging model of the kind, in order."""
    return [*_BEFORE, *canonical_columns(kind), *_AFTER]


def staging_yaml(kind: Kind, source: str, resource: str, description: str) -> str:
    """The YAML beside ``stg_<source>__<resource>.sql``: its raw table, its columns and its one test.

    ``description`` begins with the grain, "One row per version of …", and ends with a full stop.
    """
    identity = ", ".join(IDENTITY[kind])
    columns = "\n".join(
        f"      - {{name: {name}, description: \"{{{{ doc('{name}') }}}}\"}}"
        for name in staging_column_names(kind)
    )
    return f"""\
version: 2

sources:
  - name: raw
    schema: raw
    tables:
      - {{name: {source}__{resource}, description: "{description.removesuffix(".")} and batch."}}

models:
  - name: stg_{source}__{resource}
    description: {_scalar(description)}
    data_tests:
      - sound_versions: {{arguments: {{identity: [{identity}]}}}}
    columns:
{columns}
"""


def staging_sql_skeleton(kind: Kind, source: str, resource: str, sample: dict[str, Any]) -> str:
    """A call of the kind's macro that reads each argument from a field of the sample record.

    A field goes to the argument of the same name, whatever its spelling of words (``salaryMin`` is
    ``salary_min``), and to a required argument by the names that providers usually give it. A required
    argument without a field reads one called after itself: a person puts the right path there. The others
    are left out.
    """
    fields = {_words(name): name for name in sample}
    calls = []
    for column, sql_type in canonical_columns(kind).items():
        argument = _TOLD_AS.get(column, column)
        is_required = argument in _REQUIRED[kind]
        if column in _WORKED_OUT or not (is_required or argument in fields):
            continue
        usual = _USUAL_NAMES.get(argument, ()) if is_required else ()
        field = next((fields[name] for name in (argument, *usual) if name in fields), argument)
        reader = "json_text_array" if sql_type == "text[]" else "json_text"
        value = _READERS.get(sql_type, "{}").format(f"{reader}('record', '{field}')")
        calls.append(f"    {argument}={_LITERALS.get(argument, value)},")
    arguments = "\n".join(calls)
    return f"{{{{ stage_{kind}(\n    '{source}', '{resource}',\n{arguments}\n) }}}}\n"


def _scalar(text: str) -> str:
    return f'"{text}"' if ": " in text or text != text.strip() else text


def _words(name: str) -> str:
    """``salaryMin`` and ``salary-min`` as ``salary_min``."""
    spaced = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.replace("-", "_").lstrip("_")
