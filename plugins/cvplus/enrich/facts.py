"""The facts of a posting: everything that enrichment reads in its title and texts."""

import re
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from cvplus.enrich.posting_text import PostingText
from cvplus.enrich.readers.answer import LONGEST_TEXT, Answer, Text, as_written
from cvplus.enrich.readers.registry import read_texts
from cvplus.enrich.seniority import seniority_of
from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.titles import normalized_title

_WORD = re.compile(r"\w+")
_LANGUAGE_TOLD_BY = 500
_PAY = ("pay_low", "pay_high", "pay_currency", "pay_period")
_PLACE = ("country", "region", "city", "city_id")


def posting_facts(postings: Sequence[PostingText]) -> list[dict[str, Any]]:
    """Facts of each posting, in order; the first 50,000 characters of a text are read.

    What a text does not tell, or tells so that it cannot be read, is null, and ``unread`` says why: a reason
    by the kind of reading.
    """
    languages = read_texts(
        "language", [Text(f"{one.title}\n{one.text[:_LANGUAGE_TOLD_BY]}") for one in postings]
    )
    told = [None if answer.value is None else answer.value.language for answer in languages]
    titles = _read_titles(postings, told)
    matcher = load_matcher()
    wholes = ["\n".join((posting.text[:LONGEST_TEXT], *posting.requirements)) for posting in postings]
    demands = read_texts("demands", [Text(whole) for whole in wholes])
    places = read_texts("place", [Text(one.place, country=one.country) for one in postings])
    countries = [
        one.country or (place.value.country if place.value is not None else None)
        for one, place in zip(postings, places, strict=True)
    ]
    pays = read_texts(
        "pay",
        [
            Text(one.pay, country=country, title=one.title)
            for one, country in zip(postings, countries, strict=True)
        ],
    )
    workplaces = read_texts(
        "remote",
        [
            Text(f"{one.title}\n{one.place}\n{whole}", country=country)
            for one, whole, country in zip(postings, wholes, countries, strict=True)
        ],
    )
    facts = []
    for number, posting in enumerate(postings):
        pay, place, workplace = pays[number], places[number], workplaces[number]
        skills = matcher.find(as_written(posting.text), posting.requirements, posting.title)
        facts.append(
            {
                "title_normalized": normalized_title(posting.title),
                **_fields(("occupation_id", "esco_uri"), titles[number].value),
                "occupation_score": titles[number].confidence,
                "language": told[number],
                "seniority": seniority_of(posting.title, posting.grade, posting.pay_plan),
                "skills_required": skills.required,
                "skills_preferred": skills.preferred,
                **_fields(("years_required", "education_level_required"), demands[number].value),
                **_fields(("workplace",), workplace.value),
                **_fields(_PAY, pay.value),
                **_fields(_PLACE, place.value),
                "unread": {
                    kind: answer.reason
                    for kind, answer in {
                        "title": titles[number],
                        "pay": pay,
                        "place": place,
                        "remote": workplace,
                        "demands": demands[number],
                    }.items()
                    if answer.reason is not None
                },
                "word_count": len(_WORD.findall(wholes[number])),
            }
        )
    return facts


def _read_titles(postings: Sequence[PostingText], languages: Sequence[str | None]) -> list[Answer[Any]]:
    """Titles in the language of their text or in their own, as is surer: many boards mix in English."""
    of_text = read_texts(
        "title",
        [Text(one.title, language=language) for one, language in zip(postings, languages, strict=True)],
    )
    of_title = read_texts("title", [Text(one.title) for one in postings])
    return [
        max(answers, key=lambda answer: answer.confidence) for answers in zip(of_text, of_title, strict=True)
    ]


def _fields(names: Sequence[str], value: Any) -> dict[str, Any]:
    """The first fields of a reader's value under these names; all null when it has none."""
    return dict(zip(names, astuple(value) if value is not None else [None] * len(names), strict=False))
