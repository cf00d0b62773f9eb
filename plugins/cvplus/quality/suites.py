"""Suites: what is expected of a table, as data in ``expectations/<layer>/<table>.yaml``.

Every expectation says what its failure means and who does what next; a limit that was loosened keeps
its history beside it. This module reads and checks them and knows nothing of Great Expectations.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator

from cvplus.errors import ConfigurationError
from cvplus.instants import MILLISECONDS_FROM
from cvplus.resources import Frozen
from cvplus.settings import PROJECT_ROOT
from cvplus.yaml_files import read_yaml

EXPECTATIONS_FOLDER = PROJECT_ROOT / "expectations"

Severity = Literal["critical", "warning"]
Layer = Literal["raw", "features", "predictions", "marts"]
Sentence = Annotated[str, StringConstraints(min_length=15, pattern=r"\.$", strip_whitespace=True)]

_CASTS = {"number": "double precision", "integer": "numeric", "boolean": "boolean", "instant": "timestamptz"}
_FIELD_OF_RECORD = re.compile(r"record (->>?|#>>?) '([^']+)'")
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list")
_RAW_COLUMNS = ("record_key", "known_at", "batch_id", "content_hash", "record")


class FieldColumn(Frozen):
    """A field of the record as a typed column.

    ``path`` is dotted; a value that does not read as ``type`` becomes null, never an error, so that a
    rubbish value fails its expectation and not the whole gate. An ``instant`` is read as the load reads it:
    ISO 8601, epoch seconds or epoch milliseconds.
    """

    path: str
    type: Literal["text", "number", "integer", "boolean", "instant", "json"] = "text"

    @property
    def sql(self) -> str:
        """The SQL expression over the raw row."""
        parts = ",".join('"' + part.replace('"', '\\"') + '"' for part in self.path.split("."))
        path = "'{" + parts.replace("'", "''") + "}'"
        if self.type == "json":
            return f"record #> {path}"
        text = f"record #>> {path}"
        if self.type == "text":
            return text
        cast = _CASTS[self.type]
        epoch = ""
        if self.type == "instant":
            number = f"({text})::double precision"
            epoch = (
                f"when jsonb_typeof(record #> {path}) = 'number' then case "
                f"when abs({number}) < {MILLISECONDS_FROM} then to_timestamp({number}) "
                f"when abs({number}) < {1_000 * MILLISECONDS_FROM} then to_timestamp({number} / 1000) end "
            )
        return f"case {epoch}when pg_input_is_valid({text}, '{cast}') then ({text})::{cast} end"


class Loosened(Frozen):
    """One step in the history of a limit that was made weaker."""

    changed_on: date
    previous: str
    reason: Sentence


class Judgement(Frozen):
    """What all checks say of themselves."""

    severity: Severity
    meaning: Sentence
    action: Sentence
    history: list[Loosened] = Field(default_factory=list)


class ExpectationRule(Judgement):
    """One expectation: a type of Great Expectations with its arguments."""

    type: Annotated[str, StringConstraints(pattern=r"^(expect|unexpected)_[a-z_]+$")]
    kwargs: dict[str, Any] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The type with the columns it looks at; unique within a suite."""
        columns = [
            str(value) if not isinstance(value, list) else "+".join(map(str, value))
            for key, value in self.kwargs.items()
            if key.startswith("column")
        ]
        return f"{self.type}({', '.join(columns)})"

    @property
    def columns(self) -> list[str]:
        """The columns it looks at."""
        named = (value for key, value in self.kwargs.items() if key in _COLUMN_ARGUMENTS)
        return [column for value in named for column in (value if isinstance(value, list) else [value])]


class RejectedShare(Judgement):
    """The rule on a whole batch: how many of its records may be rejected."""

    limit: float = Field(default=0.05, ge=0, le=1)
    severity: Severity = "critical"
    meaning: Sentence = (
        "So many records of the batch were rejected that the rest cannot be taken for the whole."
    )
    action: Sentence = (
        "The engineer on duty reads the reasons in ops.rejected_records, has the source mended or the "
        "declaration corrected, and replays the batch; or releases it when the rest is good."
    )


@dataclass(frozen=True, slots=True)
class Watched:
    """A column, or a field that an expression looks at, that must not vanish.

    ``severity`` is the worst of the expectations that look at it. Of what ``is_promised`` something comes in
    any larger batch; a field that only an expression names may never come.
    """

    name: str
    sql: str
    severity: Severity
    is_promised: bool


class Suite(Frozen):
    """The expectations on one table.

    ``columns`` names what the expectations may look at: for raw tables a field of the record
    (``{path, type}``) or an SQL expression over the raw row, elsewhere a column (null) or an expression.
    ``key`` lists the columns that name a failing row to people. ``rare`` are columns that a whole batch may
    lack, also the first.
    """

    table: str
    layer: Layer
    description: Sentence
    key: list[str] = Field(default_factory=lambda: ["record_key"], min_length=1)
    columns: dict[str, FieldColumn | str | None] = Field(default_factory=dict)
    rare: list[str] = Field(default_factory=list)
    expectations: Annotated[list[ExpectationRule], Field(min_length=1)]
    rejected_share: RejectedShare = Field(default_factory=RejectedShare)

    @model_validator(mode="after")
    def _consistent(self) -> "Suite":
        names = [rule.name for rule in self.expectations]
        repeated = {name for name in names if names.count(name) > 1}
        if repeated:
            raise ValueError(f"expectations occur twice: {sorted(repeated)}")
        known = {*self.columns, *self.key} | (set(_RAW_COLUMNS) if self.layer == "raw" else set())
        if not known.issuperset(self.rare):
            raise ValueError(f"rare columns are not declared: {sorted(set(self.rare) - known)}")
        for rule in self.expectations:
            if not known.issuperset(rule.columns):
                raise ValueError(f"{rule.name} looks at a column that is not declared")
        return self

    @property
    def name(self) -> str:
        """``<layer>.<table>``: the name in results and Data Docs."""
        return f"{self.layer}.{self.table}"

    @property
    def watched(self) -> list[Watched]:
        """What must not vanish: the columns and, in expressions over a raw row, the fields looked at.

        What no row can lack is left out.
        """
        watched: dict[str, Watched] = {}
        for rule in self.expectations:
            for column in rule.columns:
                if column in (*_RAW_COLUMNS, *self.key):
                    continue
                source = self.columns[column]
                if isinstance(source, FieldColumn) or source is None:
                    expression = source.sql if source else f'"{column}"'
                    found = [Watched(column, expression, rule.severity, column not in self.rare)]
                else:
                    found = [
                        Watched(
                            path.strip("{}").replace(",", "."),
                            f"record {arrow} '{path}'",
                            rule.severity,
                            False,
                        )
                        for arrow, path in _FIELD_OF_RECORD.findall(source)
                    ]
                for item in found:
                    known = watched.get(item.name)
                    if known is None or item.severity == "critical":
                        watched[item.name] = item
        return list(watched.values())

    def query(self, batch_id: str | None = None) -> str:
        """The rows to validate: of one batch for raw tables, else all of the table."""
        expressions = {name: f'"{name}"' for name in self.key}
        if self.layer == "raw":
            expressions |= {name: f'"{name}"' for name in ("record_key", "known_at")}
        for name, source in self.columns.items():
            if isinstance(source, FieldColumn):
                expressions[name] = source.sql
            else:
                expressions[name] = source or f'"{name}"'
        selected = ", ".join(f'{expression} as "{name}"' for name, expression in expressions.items())
        condition = f" where batch_id = '{_quoted(batch_id)}'" if batch_id is not None else ""
        return f'select {selected} from {self.layer}."{self.table}"{condition}'


def _dotted(path: str) -> str:
    return path.strip("{}").replace(",", ".")


def _quoted(text: str) -> str:
    return text.replace("'", "''")


@lru_cache(maxsize=128)
def load_suite(layer: Layer, table: str, folder: Path = EXPECTATIONS_FOLDER) -> Suite:
    """Read the suite of a table.

    Raises:
        ConfigurationError: the file is missing, is not YAML, or says something that a suite cannot say;
            names the file and every fault.
    """
    path = folder / layer / f"{table}.yaml"
    try:
        content = read_yaml(path)
    except FileNotFoundError as error:
        raise ConfigurationError(
            cause=f"{layer}.{table} has no suite, so its data cannot be let through.",
            remedy=f"Write expectations/{layer}/{table}.yaml; any file beside it is a pattern.",
        ) from error
    except yaml.YAMLError as error:
        raise ConfigurationError(
            cause=f"{path} is not YAML: {' '.join(str(error).split())}.",
            remedy="Correct the file at that place.",
        ) from error
    try:
        suite = Suite.model_validate({"layer": layer, **(content or {})})
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'suite'}: {item['msg']}" for item in error.errors()
        )
        raise ConfigurationError(
            cause=f"{path} is no valid suite: {faults}.", remedy="Correct the file and run its test."
        ) from error
    if suite.table != table:
        raise ConfigurationError(
            cause=f"{path} says that it is for the table {suite.table}.", remedy="Make both names the same."
        )
    return suite


def find_table_suite(table: str, folder: Path = EXPECTATIONS_FOLDER) -> Suite:
    """The suite of a table outside raw, by the table's name alone.

    Raises:
        ConfigurationError: when no layer has one.
    """
    layers: tuple[Layer, ...] = ("features", "predictions", "marts")
    for layer in layers:
        if (folder / layer / f"{table}.yaml").exists():
            return load_suite(layer, table, folder)
    return load_suite("features", table, folder)


def all_suites(folder: Path = EXPECTATIONS_FOLDER) -> list[Suite]:
    """Every suite, by layer and table."""
    layers: tuple[Layer, ...] = ("raw", "features", "predictions", "marts")
    return [
        load_suite(layer, path.stem, folder)
        for layer in layers
        for path in sorted((folder / layer).glob("*.yaml"))
    ]
