"""Great Expectations as the gate uses it: many queries, one context, one pass, one set of pages.

Everything is computed in Postgres, so memory does not grow with the data. Importing Great Expectations
takes seconds: it happens inside :func:`validate`.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cvplus.errors import ConfigurationError, PlantError, WarehouseUnavailable
from cvplus.quality.suites import ExpectationRule, Suite

LARGEST_KEY_LIST = 20
_SITE = "plant"


@dataclass(frozen=True)
class Target:
    """A set of rows to validate under a name that is unique within the run."""

    name: str
    suite: Suite
    query: str


@dataclass
class Check:
    """What came of one expectation. ``failing_keys`` holds at most 20 keys (objects of the key's columns)."""

    rule: ExpectationRule
    is_passed: bool
    observed: str
    failing_keys: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Validation:
    """What came of one target. ``docs_path`` is relative to the Data Docs folder."""

    target: Target
    checks: list[Check]
    docs_path: str


def validate(connection_url: str, targets: Iterable[Target], docs_folder: Path) -> dict[str, Validation]:
    """Validate every target and write one page each below ``docs_folder``.

    Returns:
        The validations by the target's name.

    Raises:
        WarehouseUnavailable: the warehouse went away; nothing is said about the data.
        ConfigurationError: a suite cannot be evaluated (unknown type, faulty expression), naming it.
    """
    asked = list(targets)
    if not asked:
        return {}
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    context.add_data_docs_site(_SITE, _site(docs_folder))
    source = context.data_sources.add_postgres(
        "warehouse", connection_string=connection_url.replace("postgresql://", "postgresql+psycopg://", 1)
    )
    try:
        suites = {
            target.suite.name: context.suites.add(_gx_suite(target.suite, target.suite.expectations))
            for target in {target.suite.name: target for target in asked}.values()
        }
        definitions, batch_definitions = [], {}
        for target in asked:
            asset = source.add_query_asset(target.name, query=target.query)
            batch_definitions[target.name] = asset.add_batch_definition("all")
            definition = gx.ValidationDefinition(
                name=target.name,
                data=batch_definitions[target.name],
                suite=suites[target.suite.name],
            )
            definitions.append(context.validation_definitions.add(definition))
        checkpoint = context.checkpoints.add(
            gx.Checkpoint(
                name="gate", validation_definitions=definitions, result_format={"result_format": "SUMMARY"}
            )
        )
        run = checkpoint.run(run_id=RunIdentifier(run_name=f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"))
        context.build_data_docs([_SITE], list(run.run_results), build_index=False)
        by_name = {target.name: target for target in asked}
        validations = {}
        for identifier, result in run.run_results.items():
            target = by_name[result.asset_name]
            checks = _checks(target, result)
            _find_failing_keys(target, checks, batch_definitions[target.name])
            (site,) = context.get_docs_sites_urls(resource_identifier=identifier, site_names=[_SITE])
            docs_path = site["site_url"].split(f"{docs_folder.resolve()}/", 1)[1]
            validations[target.name] = Validation(target, checks, docs_path)
    finally:
        source.get_execution_engine().close()
    return validations


def _site(docs_folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(docs_folder.resolve()),
        },
        "site_section_builders": {
            "validations": {
                "view": {
                    "module_name": "cvplus.quality.data_docs_view",
                    "class_name": "EscapingPageView",
                },
            },
        },
    }


def _gx_suite(suite: Suite, rules: Iterable[ExpectationRule]) -> Any:
    """The suite in Great Expectations' terms; each expectation carries the name of its rule."""
    import great_expectations as gx
    from great_expectations.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metadata_types import FailureSeverity

    expectations = []
    for rule in rules:
        configuration = ExpectationConfiguration(
            type=rule.type,
            kwargs=dict(rule.kwargs),
            meta={"rule": rule.name},
            notes=f"{rule.meaning} {rule.action}",
            severity=FailureSeverity(rule.severity),
        )
        try:
            expectations.append(configuration.to_domain_obj())
        except (ExpectationNotFoundError, ValueError, TypeError) as error:
            raise _suite_is_faulty(suite, rule.name, str(error)) from error
    return gx.ExpectationSuite(name=suite.name, expectations=expectations)


def _checks(target: Target, result: Any) -> list[Check]:
    """The result by rule, in the suite's order."""
    found = {item.expectation_config.meta["rule"]: item for item in result.results}
    checks = []
    for rule in target.suite.expectations:
        item = found[rule.name]
        _refuse_to_judge_after_an_error(target.suite, rule, item.exception_info)
        checks.append(Check(rule, bool(item.success), _observed(item.result)))
    return checks


def _observed(result: Mapping[str, Any]) -> str:
    """What was seen, in a few words."""
    if "unexpected_count" in result:
        share = result.get("unexpected_percent") or 0.0
        return f"{result['unexpected_count']} of {result['element_count']} rows ({share:.1f} %)"
    return str(result.get("observed_value"))[:500]


def _find_failing_keys(target: Target, checks: list[Check], batch_definition: Any) -> None:
    """Ask again, for the failed expectations on rows only, which rows failed (at most 20 keys each)."""
    failed = {
        check.rule.name: check for check in checks if not check.is_passed and " rows (" in check.observed
    }
    if not failed:
        return
    suite = _gx_suite(target.suite, [check.rule for check in failed.values()])
    result = batch_definition.get_batch().validate(
        suite,
        result_format={
            "result_format": "SUMMARY",
            "unexpected_index_column_names": target.suite.key,
            "partial_unexpected_count": LARGEST_KEY_LIST,
        },
    )
    keys: defaultdict[str, list[Any]] = defaultdict(list)
    for item in result.results:
        for row in item.result.get("partial_unexpected_index_list") or []:
            keys[item.expectation_config.meta["rule"]].append(
                {name: str(row[name]) for name in target.suite.key}
            )
    for name, check in failed.items():
        check.failing_keys = keys[name][:LARGEST_KEY_LIST]


def _refuse_to_judge_after_an_error(suite: Suite, rule: ExpectationRule, info: Mapping[str, Any]) -> None:
    """An expectation that could not be computed says nothing about the data: it is an error of ours."""
    raised = [info] if "raised_exception" in info else list(info.values())
    for one in raised:
        if one.get("raised_exception"):
            message, trace = str(one.get("exception_message")), str(one.get("exception_traceback"))
            if "OperationalError" in trace or "OperationalError" in message or "InterfaceError" in trace:
                raise WarehouseUnavailable(
                    cause=f"The warehouse went away while {suite.name} was being validated.",
                    remedy="Start it (`make up`); the batches stay as they were, run the task again.",
                )
            raise _suite_is_faulty(suite, rule.name, message)


def _suite_is_faulty(suite: Suite, rule: str, message: str) -> PlantError:
    first_line = message.strip().splitlines()[0] if message.strip() else "no message"
    return ConfigurationError(
        cause=f"The suite of {suite.name} cannot be evaluated at {rule}: {first_line}.",
        remedy=f"Correct expectations/{suite.layer}/{suite.table}.yaml and run the gate again.",
    )
