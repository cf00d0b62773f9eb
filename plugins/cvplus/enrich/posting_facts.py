"""The facts of a posting: everything that enrichment reads in its title and texts, reading by reading."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cvplus.enrich.answers import fields_of
from cvplus.enrich.pay_ranges import told_in_description, widest_pay
from cvplus.enrich.posting_text import PostingText
from cvplus.enrich.readers.answer import LONGEST_TEXT, Answer, Text, as_written
from cvplus.enrich.readers.registry import VERSIONS, read_texts, versions_in
from cvplus.enrich.seniority import seniority_of
from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.text_sketch import text_sketch
from cvplus.enrich.titles import normalized_title, rest_of_title
from cvplus.enrich.towns import town_told

_WORD = re.compile(r"\w+")
_LANGUAGE_TOLD_BY = 500

Facts = dict[str, Any]
Found = tuple[Facts, str | None]


@dataclass(frozen=True)
class Reading:
    """One part of the facts.

    ``find`` gets postings and what was found of each before, and answers the part's ``fields`` and why one is
    null. ``readers`` are those whose change makes older answers of the part stale: its own, and those of the
    parts that it stands on.
    """

    kind: str
    readers: tuple[str, ...]
    fields: tuple[str, ...]
    find: Callable[[Sequence[PostingText], Sequence[Facts]], list[Found]]

    def is_current(self, known: Mapping[str, Any] | None) -> bool:
        """Whether facts that were read before are by today's readers, as far as this part goes."""
        if known is None or any(field not in known for field in self.fields):
            return False
        versions = versions_in(str(known.get("readers", "")))
        return all(versions.get(reader) == VERSIONS[reader] for reader in self.readers)


def posting_facts(
    postings: Sequence[PostingText], known: Sequence[Mapping[str, Any] | None] | None = None
) -> list[Facts]:
    """Facts of each posting, in order; the first 50,000 characters of a text are read.

    What a text does not tell, or tells so that it cannot be read, is null, and ``unread`` says why: a reason
    by the kind of reading. ``known`` are the facts that were read of the same version before, ``None`` where
    none were: of those only what a reader that has changed since could read otherwise is read again.
    """
    known = [None] * len(postings) if known is None else known
    facts: list[Facts] = [{"unread": {}} for _ in postings]
    for reading in READINGS:
        stale = [place for place, before in enumerate(known) if not reading.is_current(before)]
        found = reading.find([postings[place] for place in stale], [facts[place] for place in stale])
        kept = {place: _kept(reading, before) for place, before in enumerate(known) if before is not None}
        for place, (values, reason) in {**kept, **dict(zip(stale, found, strict=True))}.items():
            facts[place] |= values
            if reason is not None:
                facts[place]["unread"][reading.kind] = reason
    return facts


def _kept(reading: Reading, before: Mapping[str, Any]) -> Found:
    """A part of the facts as it was read before."""
    return {name: before.get(name) for name in reading.fields}, (before.get("unread") or {}).get(reading.kind)


def _languages(postings: Sequence[PostingText], _: Sequence[Facts]) -> list[Found]:
    texts = [Text(f"{one.title}\n{one.text[:_LANGUAGE_TOLD_BY]}") for one in postings]
    return [(fields_of({"language": "language"}, answer), None) for answer in read_texts("language", texts)]


def _titles(postings: Sequence[PostingText], facts: Sequence[Facts]) -> list[Found]:
    """Titles in the language of their text or in their own, as is surer: many boards mix in English."""
    languages = [found["language"] for found in facts]
    of_text = read_texts(
        "title",
        [Text(one.title, language=language) for one, language in zip(postings, languages, strict=True)],
    )
    of_title = read_texts("title", [Text(one.title) for one in postings])
    surer = (max(answers, key=lambda one: one.confidence) for answers in zip(of_text, of_title, strict=True))
    same = {name: name for name in ("occupation_id", "esco_uri")}
    return [({**fields_of(same, one), "occupation_score": one.confidence}, one.reason) for one in surer]


def _places(postings: Sequence[PostingText], _: Sequence[Facts]) -> list[Found]:
    answers = read_texts("place", [Text(one.place, country=one.country) for one in postings])
    same = {name: name for name in ("country", "region", "city", "city_id")}
    found = [(fields_of(same, answer), answer.reason) for answer in answers]
    return [
        ({**fields, "town_told": None if fields["city"] else town_told(one.place)}, reason)
        for one, (fields, reason) in zip(postings, found, strict=True)
    ]


def _countries(postings: Sequence[PostingText], facts: Sequence[Facts]) -> list[str | None]:
    return [one.country or found["country"] for one, found in zip(postings, facts, strict=True)]


def _pay(postings: Sequence[PostingText], facts: Sequence[Facts]) -> list[Found]:
    """The pay of each posting: one statement, or the widest of those that agree with the first clear one.

    Where no text is about pay alone, the description may tell it.
    """
    texts = [
        [Text(told, country=country, title=one.title) for told in one.pay or (one.text,)]
        for one, country in zip(postings, _countries(postings, facts), strict=True)
    ]
    answers = iter(read_texts("pay", [text for of_one in texts for text in of_one]))
    told = [widest_pay(list(islice(answers, len(of_one)))) for of_one in texts]
    widest = [
        answer if one.pay else told_in_description(answer) for one, answer in zip(postings, told, strict=True)
    ]
    names = {part: f"pay_{part}" for part in ("low", "high", "currency", "period")}
    return [(fields_of(names, answer), answer.reason) for answer in widest]


def _workplaces(postings: Sequence[PostingText], facts: Sequence[Facts]) -> list[Found]:
    texts = [
        Text(f"{one.title}\n{one.place}\n{_whole(one)}", country=country)
        for one, country in zip(postings, _countries(postings, facts), strict=True)
    ]
    return _found({"workplace": "workplace"}, read_texts("remote", texts))


def _companies(postings: Sequence[PostingText], facts: Sequence[Facts]) -> list[Found]:
    texts = [
        Text(one.company, country=country)
        for one, country in zip(postings, _countries(postings, facts), strict=True)
    ]
    return _found({"key": "company_key"}, read_texts("company", texts))


def _demands(postings: Sequence[PostingText], _: Sequence[Facts]) -> list[Found]:
    names = {"years": "years_required", "education": "education_level_required"}
    return _found(names, read_texts("demands", [Text(_whole(one)) for one in postings]))


def _skills(postings: Sequence[PostingText], _: Sequence[Facts]) -> list[Found]:
    matcher = load_matcher()
    found = (matcher.find(as_written(one.text), one.requirements, one.title) for one in postings)
    return [({"skills_required": one.required, "skills_preferred": one.preferred}, None) for one in found]


def _levels(postings: Sequence[PostingText], _: Sequence[Facts]) -> list[Found]:
    return [({"seniority": seniority_of(one.title, one.grade, one.pay_plan)}, None) for one in postings]


def _words(postings: Sequence[PostingText], facts: Sequence[Facts]) -> list[Found]:
    return [
        (
            {
                "title_normalized": normalized_title(one.title),
                "title_rest": rest_of_title(one.title, found["city"]),
                "word_count": len(_WORD.findall(_whole(one))),
            },
            None,
        )
        for one, found in zip(postings, facts, strict=True)
    ]


def _sketches(postings: Sequence[PostingText], _: Sequence[Facts]) -> list[Found]:
    return [({"text_sketch": text_sketch(_whole(one))}, None) for one in postings]


def _whole(posting: PostingText) -> str:
    return "\n".join((posting.text[:LONGEST_TEXT], *posting.requirements))


def _found(names: Mapping[str, str], answers: Sequence[Answer[Any]]) -> list[Found]:
    return [(fields_of(names, answer), answer.reason) for answer in answers]


READINGS = (
    Reading("language", ("language",), ("language",), _languages),
    Reading("title", ("title", "language"), ("occupation_id", "esco_uri", "occupation_score"), _titles),
    Reading("place", ("place",), ("country", "region", "city", "city_id", "town_told"), _places),
    Reading("pay", ("pay", "place"), ("pay_low", "pay_high", "pay_currency", "pay_period"), _pay),
    Reading("remote", ("remote", "place"), ("workplace",), _workplaces),
    Reading("company", ("company", "place"), ("company_key",), _companies),
    Reading("demands", ("demands",), ("years_required", "education_level_required"), _demands),
    Reading("skills", ("skills",), ("skills_required", "skills_preferred"), _skills),
    Reading("seniority", ("seniority",), ("seniority",), _levels),
    Reading("words", ("title", "place"), ("title_normalized", "title_rest", "word_count"), _words),
    Reading("sketch", ("sketch",), ("text_sketch",), _sketches),
)
"""In the order in which they stand on each other."""
