"""What holds of the reader of pay beyond its table: real texts, other sentences around, and its lists."""

import csv
import gzip
import re
from pathlib import Path

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvplus.enrich.readers.answer import LONGEST_TEXT, Text
from cvplus.enrich.readers.pay.money import currencies_of_country
from cvplus.enrich.readers.pay.vocabulary import any_of, currencies, words
from cvplus.enrich.readers.registry import read_texts
from cvplus.evaluation.reader_cases import Case, all_cases, wrongly_told

GLASSDOOR = Path(__file__).resolve().parents[4] / "shared/data/real/postings/glassdoor_ds_2020_facts.csv.gz"
CASES = [case for case in all_cases() if case.kind == "pay"]

# Money, numbers and times that postings speak of, none of them pay.
OTHER_SENTENCES = [
    "We raised $50M in Series B funding.",
    "401(k) match up to 5%.",
    "Annual bonus of up to $20,000.",
    "We serve 120k-150k users.",
    "€500 learning stipend per year.",
    "20-30 hours per week, 25 days of holiday.",
    "Call 555-0100, Mon-Fri 9-17.",
    "Budget von 500.000 € pro Jahr.",
    "50€ monatlich für deine Altersvorsorge.",
    "Prime de 2 000 €.",
    "Reiskosten € 0,23 per km.",
    "Friskvårdsbidrag 5 000 kr per år.",
    "餐补500元/月。",
]
# A sign of several countries that another sentence settles ("401(k)") is read right then, as no table tells.
SETTLED_BY_OTHERS = ("80 000 $", "25,50 $ de l'heure", "$120k-150k", "Salary: ¥8,000,000 per year")


@pytest.mark.parametrize("sentence", OTHER_SENTENCES)
def test_no_other_sentence_makes_it_wrong(sentence: str) -> None:
    cases = [case for case in CASES if case.text not in SETTLED_BY_OTHERS]
    for case in cases:
        texts = [
            f"{sentence}\n{case.text}",
            f"{case.text}\n{sentence}",
            f"{sentence} {case.text}",
            f"{case.text.rstrip('.')}. {sentence}",
            f"{case.text} | {sentence}",
        ]
        for text, answer in zip(
            texts, read_texts("pay", [case.as_text(text) for text in texts]), strict=True
        ):
            assert not wrongly_told(answer, case), text


def test_pay_at_the_end_of_a_long_posting_is_found() -> None:
    about = "We build software for people who build ships, and have done so for 20 years with 150 people.\n"
    text = about * 400 + "Salary: £52,000 - £60,000 per annum"
    (answer,) = read_texts("pay", [Text(text)])
    assert len(text) < LONGEST_TEXT
    assert (answer.value.low, answer.value.high, answer.value.currency) == (52_000, 60_000, "GBP")


def test_every_real_estimate_of_glassdoor_is_read() -> None:
    with gzip.open(GLASSDOOR, "rt", encoding="utf-8") as lines:
        texts = [row["Salary Estimate"] for row in csv.DictReader(lines)]
    answers = read_texts("pay", [Text(text, country="US") for text in texts])
    assert len(texts) > 500
    for text, answer in zip(texts, answers, strict=True):
        if text == "-1":
            assert answer.value is None
            continue
        low, high = (int(number) for number in re.findall(r"\d+", text)[:2])
        scale = 1 if "Hour" in text else 1_000
        pay = answer.value
        assert (pay.low, pay.high, pay.currency) == (low * scale, high * scale, "USD"), text
        assert pay.period == ("hour" if "Hour" in text else "year")


@pytest.mark.parametrize(
    ("country", "currency"),
    [("US", "USD"), ("de", "EUR"), ("CH", "CHF"), ("SE", "SEK"), ("JP", "JPY"), ("XX", None), ("", None)],
)
def test_a_country_has_its_currency(country: str, currency: str | None) -> None:
    assert (currencies_of_country(country) or (None,))[0] == currency


def test_what_the_lists_name_exists() -> None:
    known = currencies()
    assert all(pycountry.currencies.get(alpha_3=code) for code in known.currencies)
    assert all(pycountry.countries.get(alpha_2=country) for country in known.by_the_year)
    yearly = {code for code, currency in known.currencies.items() if currency.year_from is not None}
    assert known.by_the_year_without_country == yearly
    assert set(words().plausible) == set(words().periods) - {"other"}
    named = set(known.alone.values()).union(*known.languages.values())
    assert named <= set(known.currencies)


def test_a_market_that_tells_pay_by_the_month_has_no_year_of_its_own() -> None:
    by_month = ["SE", "JP", "CN", "SG", "PL", "DK", "HK", "TW"]
    for country in by_month:
        (code, *_) = currencies_of_country(country)
        (answer,) = read_texts("pay", [Text(f"{code} 900,000 - 950,000", country=country)])
        assert answer.value is None or answer.value.period is None


def test_words_are_whole_where_blanks_part_them() -> None:
    pattern = re.compile(any_of(["pay", "*gehalt", "月給"]), re.IGNORECASE)
    assert [
        found[0] for found in pattern.finditer("Payroll, repay, Pay; Jahresgehalt, Gehaltsband; 月給制")
    ] == [
        "Pay",
        "Jahresgehalt",
        "月給",
    ]


FRAGMENTS = [
    *(
        "$",
        "€",
        "CAD",
        "kr",
        "元",
        "Rs",
        "salary",
        "bonus",
        "net",
        "up to",
        "ab",
        "per hour",
        "/mån",
        "年収",
        "bi-weekly",
    ),
    *(
        "1",
        "50",
        "60.000,00",
        "60 000",
        "120k",
        "10,00,000",
        "600万",
        "25万5000",
        "12 LPA",
        "50-60",
        "1e9",
        "9" * 30,
    ),
    *("-", "–", "to", "+", "~", "(", ")", "|", "\n", ". ", "%", "薪", "OTE", "and"),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12), st.sampled_from((None, "US", "DE", "JP", "ZZ", "")))
def test_whatever_stands_together_is_answered_with_sense(fragments: list[str], country: str | None) -> None:
    for joined in (" ".join(fragments), "".join(fragments)):
        (answer,) = read_texts("pay", [Text(joined, country=country, title=joined[:40])])
        pay = answer.value
        if pay is not None:
            ends = [end for end in (pay.low, pay.high) if end is not None]
            assert ends == sorted(ends)
            assert ends
            assert min(ends) > 0
            assert answer.reason or (pay.currency and pay.period)


def test_a_case_of_other_sentences_can_fail() -> None:
    case = Case("pay", "$120k", {"low": None})
    (answer,) = read_texts("pay", [case.as_text()])
    assert wrongly_told(answer, case) == {"low": 120_000}
