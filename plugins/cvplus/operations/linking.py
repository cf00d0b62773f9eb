"""What the linker could not do by itself, as incidents."""

import psycopg

from cvplus.linking.kinds import LinkKind
from cvplus.linking.link import Linked
from cvplus.operations.alerts import raise_alert

_NAMED_AT_MOST = 5


def watch_limits(connection: psycopg.Connection, kind: LinkKind, linked: Linked) -> None:
    """Open an incident where a block or a thing was too large, or an override names nobody."""
    told = []
    if linked.blocks_given_up:
        told.append(
            f"{len(linked.blocks_given_up)} blocks were too large to compare: {_some(linked.blocks_given_up)}"
        )
    if linked.things_too_large:
        told.append(
            f"{len(linked.things_too_large)} things may grow no more: {_some(linked.things_too_large)}"
        )
    if linked.unknown_overrides:
        named = _some(linked.unknown_overrides)
        told.append(f"Overrides name {len(linked.unknown_overrides)} records that nobody tells of: {named}")
    if told:
        message = f"Linking {kind.of} records needs a person. {'. '.join(told)}."
        raise_alert(connection, "linking_capped", kind.resource.table, "warning", message)


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
