"""Which nodes of a layer a run has to build: all, what a killed or failed run left, or what has news."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cvplus.transform.layers import BUILT_KINDS, nodes_of_layer

GOOD = frozenset({"success", "pass", "warn"})


@dataclass(frozen=True)
class Selection:
    """What a run builds and tests, by unique id, and why the rest of the layer is left out."""

    to_run: dict[str, Any]
    finished: frozenset[str] = frozenset()
    unchanged: frozenset[str] = frozenset()
    inputs: Mapping[str, str] = field(default_factory=dict)


def select_nodes(
    layer: str,
    nodes: dict[str, Any],
    *,
    outcomes: Mapping[str, str],
    inputs: Mapping[str, str],
    built_inputs: Mapping[str, str],
) -> Selection:
    """Choose the nodes of a layer that are to be built and tested.

    Args:
        layer: one of ``layers.LAYERS``.
        nodes: every node of the project by unique id.
        outcomes: status by unique id of what the run before left unfinished in this layer; empty for a new
            run. What was built and passed its tests is not built again.
        inputs: digest of what a node reads, by unique id, for those whose inputs can be told.
        built_inputs: the same as of their last good build. Equal digests: nothing is new, nothing is built.
    """
    mine = nodes_of_layer(layer, nodes)
    built = [name for name, node in mine.items() if node.resource_type in BUILT_KINDS]
    tests = {name: node for name, node in mine.items() if node.resource_type == "test"}
    unchanged = frozenset(name for name in built if name in inputs and inputs[name] == built_inputs.get(name))
    finished = frozenset(name for name in built if outcomes.get(name) in GOOD) - _suspects(tests, outcomes)
    building = {name for name in built if name not in unchanged and name not in finished}
    skipped_tests = {
        name
        for name, test in tests.items()
        if not building.intersection(test.depends_on_nodes)
        and (outcomes.get(name) in GOOD or unchanged.intersection(test.depends_on_nodes))
    }
    to_run = {
        name: node for name, node in mine.items() if name in building or name in tests.keys() - skipped_tests
    }
    return Selection(
        to_run=to_run,
        finished=finished | {name for name in skipped_tests if outcomes.get(name) in GOOD},
        unchanged=unchanged,
        inputs={name: inputs[name] for name in building if name in inputs},
    )


def _suspects(tests: Mapping[str, Any], outcomes: Mapping[str, str]) -> set[str]:
    """Nodes that a failed test reads: they are built again, for the cure may lie in what they read."""
    failed = [test for name, test in tests.items() if outcomes.get(name) in ("fail", "error")]
    return {parent for test in failed for parent in test.depends_on_nodes}
