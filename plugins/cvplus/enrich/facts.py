"""The facts of a posting: everything that enrichment reads in its title and texts."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from cvplus.enrich.answers import fields_of, unread_of
from cvplus.enrich.pay_ranges import widest_pay
from cvplus.enrich.posting_text import PostingText
from cvplus.enrich.readers.answer import LONGEST_TEXT, Answer, Text, as_written
from cvplus.enrich.readers.registry import read_texts
from cvplus.enrich.seniority import seniority_of
from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.titles import normalized_title

_WORD = re.compile(r"\w+")
_LANGUAGE_TOLD_BY = 500
_DEMANDS = {"years": "years_required", "education": "education_level_required"}
_PAY = {part: f"pay_{part}" for part in ("low", "high", "currency", "period")}
_PLACE = {part: part for part in ("country", "region", "city", "city_id")}


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
    pays = _read_pay(postings, countries)
    workplaces = read_texts(
        "remote",
        [
            Text(f"{one.title}\n{one.place}\n{whole}", country=country)
            for one, whole, country in zip(postings, wholes, countries, strict=True)
        ],
    )
    companies = read_texts(
        "company",
        [Text(one.company, country=country) for one, country in zip(postings, countries, strict=True)],
    )
    facts = []
    for number, posting in enumerate(postings):
        pay, place, workplace = pays[number], places[number], workplaces[number]
        skills = matcher.find(as_written(posting.text), posting.requirements, posting.title)
        facts.append(
            {
                "title_normalized": normalized_title(posting.title),
                **fields_of({part: part for part in ("occupation_id", "esco_uri")}, titles[number]),
                "occupation_score": titles[number].confidence,
                "language": told[number],
                "seniority": seniority_of(posting.title, posting.grade, posting.pay_plan),
                "skills_required": skills.required,
                "skills_preferred": skills.preferred,
                **fields_of(_DEMANDS, demands[number]),
                **fields_of({"workplace": "workplace"}, workplace),
                **fields_of(_PAY, pay),
                **fields_of(_PLACE, place),
                **fields_of({"key": "company_key"}, companies[number]),
                "unread": unread_of(
                    {
                        "title": titles[number],
                        "pay": pay,
                        "place": place,
                        "remote": workplace,
                        "demands": demands[number],
                        "company": companies[number],
                    }
                ),
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


def _read_pay(postings: Sequence[PostingText], countries: Sequence[str | None]) -> list[Answer[Any]]:
    """The pay of each posting: one statement, or the widest of those that agree with the first clear one."""
    texts = [
        [Text(told, country=country, title=one.title) for told in one.pay or ("",)]
        for one, country in zip(postings, countries, strict=True)
    ]
    answers = iter(read_texts("pay", [text for of_one in texts for text in of_one]))
    return [widest_pay(list(islice(answers, len(of_one)))) for of_one in texts]
