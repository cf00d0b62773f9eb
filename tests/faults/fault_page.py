"""The manual's tables of providers and faults, written from what the fault matrix found."""

from collections.abc import Mapping

from cvplus.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "fault_matrix.md"
# What a fault ends in: the sign in the table, and what it means.
SIGNS = {
    "access_refused": ("A", "[`access_refused`](errors.md): an error; a person looks at the key"),
    "quota_exhausted": ("Q", "[`quota_exhausted`](errors.md): an error; the quota's reset is waited for"),
    "source_unavailable": ("U", "[`source_unavailable`](errors.md): an error; the task is run again"),
    "malformed_answer": ("M", "[`malformed_answer`](errors.md): an error; nothing of the answer is kept"),
    "whole": ("·", "a batch as if nothing had happened"),
    "partial": ("P", "a batch that notes its own gap"),
    "rejects": ("R", "a batch in which records are refused, each with its reason"),
    "duplicates": ("D", "a batch in which records came twice, and count once"),
    "missing": ("−", "a batch that lacks records, as a `P`, `R` or `D` may tell; the next run brings them"),
    "other": ("≠", "a batch whose records say something else; the next run says it right again"),
    "invented": ("+", "records under keys that the fault made up stay, for nobody takes them back"),
}  # fmt: skip
# One table for each part of an answer that goes wrong.
GROUPS = {
    "The provider gives no answer": (
        "401", "403", "429", "429_without_hint", "500", "502", "503", "throttled", "quota_gone", "slow",
        "reset", "cut",
    ),
    "It gives another answer": (
        "error_in_200", "html_login", "malformed", "wrong_content_type", "wrong_encoding", "clock_skew",
    ),
    "Its records are others": (
        "changed_fields", "missing_field", "new_field", "changed_type", "null_key", "huge_record",
        "hostile_text",
    ),
    "Its pages are others": ("empty_page", "duplicate_page", "looping_cursor", "growing"),
}  # fmt: skip
HEAD = """[//]: # (Written by `make fault-matrix` from what the tests found; do not change it by hand.)
# What each fault ends in

Every provider that the [sandbox](sandbox.md#faults-on-demand) plays was read into an empty warehouse while
it misbehaved in one way, from the first request on (from the second where the fault needs an earlier page),
by a client that tries everything twice. Then the fault was lifted, time was let pass (the circuit's
cool-down, the quota's reset, a cached answer's freshness), and the window was read again. In each of the
{count} cells:

- the run ended, after at most twice the calls of an undisturbed one, in an error that names source,
  resource and remedy, or in a batch whose account adds up: `read = loaded + duplicate + rejected`;
- afterwards raw held every version of an undisturbed run, and what staging takes for current was the
  same, but for `+`.

What spoils records was played on top of a good run too: what returns after a spoilt version is current again.

| sign | means |
|---|---|
{legend}

A list of one page cannot be disturbed between pages: there the last table shows `·`.
"""


def matrix_page(ends: Mapping[tuple[str, str], tuple[str, ...]]) -> str:
    """The page; ``ends``: (source, fault) -> what it ended in, names of :data:`SIGNS`.

    Raises:
        ValueError: a kind of fault is in no group.
    """
    grouped = {kind for kinds in GROUPS.values() for kind in kinds}
    missing = {kind for _, kind in ends} - grouped
    if missing:
        raise ValueError(f"{', '.join(sorted(missing))}: in no group of tests/faults/fault_page.py")
    sources = sorted({source for source, _ in ends})
    legend = "\n".join(f"| `{sign}` | {meaning} |" for sign, meaning in SIGNS.values())
    blocks = [HEAD.format(count=len(ends), legend=legend)]
    for title, kinds in GROUPS.items():
        heads = " | ".join(kind.replace("_", " ") for kind in kinds)
        rows = [
            f"| {source} | {' | '.join(shown(ends[source, kind]) for kind in kinds)} |" for source in sources
        ]
        blocks.append(
            "\n".join([f"## {title}", "", f"| | {heads} |", "|---|" + "---|" * len(kinds), *rows, ""])
        )
    return "\n".join(blocks)


def shown(end: tuple[str, ...]) -> str:
    """The signs of what a cell ended in, in the order of the legend."""
    return " ".join(sign for name, (sign, _) in SIGNS.items() if name in end)
