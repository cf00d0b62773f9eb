"""Records are joined in the order in which their pairs became known, whatever order they come in."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvplus.linking.clusters import Clusters, Membership, Pair, cluster

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    """The instant so many days after the first."""
    return DAY + timedelta(days=number)


KNOWN = {"a": day(0), "b": day(1), "c": day(2), "d": day(3)}


def test_a_record_alone_is_its_own_thing() -> None:
    links = cluster({"a": day(0)}, [], 10).links
    assert links["a"].history == (Membership(day(0), "a"),)
    assert links["a"].confidence is None


def test_a_pair_known_at_once_leaves_no_trace_of_the_time_before() -> None:
    links = cluster(KNOWN, [Pair("a", "b", 0.97, day(1))], 10).links
    assert links["b"].history == (Membership(day(1), "a"),)
    assert (links["a"].confidence, links["b"].confidence) == (0.97, 0.97)


def test_what_joins_later_keeps_what_it_was_before() -> None:
    pairs = [Pair("a", "b", 0.99, day(1)), Pair("c", "d", 0.99, day(3)), Pair("b", "c", 0.96, day(7))]
    links = cluster(KNOWN, pairs, 10).links
    assert links["d"].history == (Membership(day(3), "c"), Membership(day(7), "a"))
    assert links["c"].history == (Membership(day(2), "c"), Membership(day(7), "a"))
    assert {link.thing_id for link in links.values()} == {"a"}


def test_a_thing_grows_no_further_than_its_limit_and_is_named() -> None:
    pairs = [Pair("a", other, 0.99, KNOWN[other]) for other in "bcd"]
    clusters = cluster(KNOWN, pairs, 3)
    assert clusters.links["c"].thing_id == "a"
    assert clusters.links["d"].thing_id == "d"
    assert clusters.too_large == ["a"]


def test_what_cannot_be_one_thing_is_not_joined_by_a_third() -> None:
    pairs = [Pair("a", "b", 0.99, day(1)), Pair("b", "c", 0.99, day(2))]
    clusters = cluster(KNOWN, pairs, 10, lambda one, other, _: {one, other} == {"a", "c"})
    assert clusters.links["b"].thing_id == "a"
    assert clusters.links["c"].thing_id == "c"
    assert clusters.in_conflict == 1


RECORDS = [f"r{number}" for number in range(8)]
MOMENTS = st.integers(0, 20)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, datetime], list[Pair]]:
    """Records with pairs, each known when both records are, or later."""
    known = {record: day(draw(MOMENTS)) for record in RECORDS}
    ends = draw(st.lists(st.tuples(st.sampled_from(RECORDS), st.sampled_from(RECORDS), MOMENTS), max_size=12))
    pairs = {
        (min(one, other), max(one, other)): max(known[one], known[other], day(moment))
        for one, other, moment in ends
        if one != other
    }
    return known, [Pair(one, other, 0.99, known_at) for (one, other), known_at in pairs.items()]


@settings(deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_pairs_come_makes_no_difference(
    world: tuple[dict[str, datetime], list[Pair]], order: random.Random
) -> None:
    known, pairs = world
    shuffled = order.sample(pairs, len(pairs))
    assert cluster(known, pairs, 5) == cluster(
        dict(order.sample(list(known.items()), len(known))), shuffled, 5
    )


@settings(deadline=None)
@given(worlds(), MOMENTS)
def test_what_is_known_later_changes_nothing_that_was_held_before(
    world: tuple[dict[str, datetime], list[Pair]], moment: int
) -> None:
    known, pairs = world
    whole = cluster(known, pairs, 5)
    then = cluster(
        {record: since for record, since in known.items() if since <= day(moment)},
        [pair for pair in pairs if pair.known_at <= day(moment)],
        5,
    )
    assert held_at(whole, day(moment)) == held_at(then, day(moment))


def held_at(clusters: Clusters, instant: datetime) -> dict[str, str]:
    """Of what thing each record was held to be at an instant."""
    return {
        record: [membership for membership in link.history if membership.known_at <= instant][-1].thing_id
        for record, link in clusters.links.items()
        if link.history[0].known_at <= instant
    }


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_flood_of_equal_records_is_cut_at_the_limit(limit: int) -> None:
    flood = {f"f{number:03d}": day(number) for number in range(100)}
    names = list(flood)
    pairs = [Pair(names[place], names[place + 1], 0.99, flood[names[place + 1]]) for place in range(99)]
    clusters = cluster(flood, pairs, limit)
    sizes = [[link.thing_id for link in clusters.links.values()].count(name) for name in names]
    assert max(sizes) <= limit
    assert sum(sizes) == 100
