"""How the readers do on their tables of cases, and on other ways of writing the same texts."""

from collections import Counter
from collections.abc import Iterable, Sequence

from cvplus.enrich.readers.answer import Text
from cvplus.enrich.readers.registry import KINDS, read_texts
from cvplus.evaluation.figures import Figure, share_of
from cvplus.evaluation.reader_cases import REWRITINGS, Case, all_cases, told, wrongly_told

RIGHT, NULL, WRONG = "right", "null", "wrong"
_READ_IN = ("de", "en", "fr", "ja", "nl", "sv", "zh")
_FEWEST_OF_A_LANGUAGE = 3
_MADE_WITH = "readers were made with these"


def readers() -> list[Figure]:
    """Of each kind: the cases that are right, and of the rewritten ones those right, null and wrong."""
    return reader_figures(list(all_cases()))


def reader_figures(cases: Sequence[Case]) -> list[Figure]:
    """The figures of cases; ``right`` counts what is rightly null, which the note numbers.

    Of a rewritten case *right* says all that the case expects, *null* less of it and nothing else, *wrong*
    anything else: that must never be.
    """
    figures = []
    for kind in KINDS:
        of_kind = [case for case in cases if case.kind == kind]
        if of_kind:
            figures += _of_kind(kind, of_kind)
    return figures


def ends_of(kind: str, pairs: Iterable[tuple[Case, str]]) -> Counter[str]:
    """How often the texts that go with cases of a kind are read right, not read, and read wrongly."""
    asked = list(pairs)
    answers = read_texts(kind, [case.as_text(text) for case, text in asked])
    ends: Counter[str] = Counter()
    for (case, _), answer in zip(asked, answers, strict=True):
        if wrongly_told(answer, case):
            ends[WRONG] += 1
        else:
            ends[RIGHT if told(answer, case) == case.expected else NULL] += 1
    return ends


def _of_kind(kind: str, cases: Sequence[Case]) -> list[Figure]:
    as_written = ends_of(kind, ((case, case.text) for case in cases))
    rewritten = ends_of(
        kind, ((case, rewrite(case.text)) for rewrite in REWRITINGS.values() for case in cases)
    )
    nulls = sum(case.is_null for case in cases)
    note = f"{nulls} of them null; in {', '.join(_languages(cases)) or 'no language'}; {_MADE_WITH}"
    figures = [_figure(f"{kind}: right", "table of cases", as_written, RIGHT, note)]
    for end in (RIGHT, NULL, WRONG):
        data = f"table of cases, written in {len(REWRITINGS)} other ways"
        figures.append(_figure(f"{kind}, rewritten: {end}", data, rewritten, end, _MADE_WITH))
    return figures


def _figure(name: str, data: str, ends: Counter[str], end: str, note: str) -> Figure:
    size = ends.total()
    share = share_of(ends[end], size)
    at_most = 0.0 if end == WRONG else None
    return Figure("readers", name, data, size, share.value, share.low, share.high, at_most=at_most, note=note)


def _languages(cases: Sequence[Case]) -> list[str]:
    """The languages of the texts, as the source told or the reader of languages finds, of some cases each."""
    answers = read_texts("language", [Text(case.text) for case in cases])
    found = Counter(
        case.given.get("language") or (answer.value and answer.value.language)
        for case, answer in zip(cases, answers, strict=True)
    )
    return [language for language in _READ_IN if found[language] >= _FEWEST_OF_A_LANGUAGE]
