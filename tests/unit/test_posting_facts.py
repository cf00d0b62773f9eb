"""What the facts of a posting hold, reading by reading, whatever it says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvplus.enrich.posting_facts import posting_facts
from cvplus.enrich.posting_text import PostingText, reader_of
from cvplus.sources.declaration import PayRanges, PostingFields


def test_facts_of_a_posting() -> None:
    (facts,) = posting_facts(
        [
            PostingText(
                "Senior Data Engineer",
                "5+ years of experience with SQL. Remote.",
                ("Python",),
                place="Munich | London",
                pay=("60-70k p.a.",),
                company="Müller &amp; Söhne GmbH",
            )
        ]
    )
    assert facts == {
        "title_normalized": "data engineer",
        "title_rest": [],
        "occupation_id": "15-1243",
        "esco_uri": facts["esco_uri"],
        "occupation_score": facts["occupation_score"],
        "language": "en",
        "seniority": "senior",
        "skills_required": ["python", "sql"],
        "skills_preferred": [],
        "years_required": 5,
        "education_level_required": None,
        "workplace": "remote",
        "country": "DE",
        "region": "BY",
        "city": "Munich",
        "city_id": 2867714,
        "town_told": None,
        "pay_low": 60_000.0,
        "pay_high": 70_000.0,
        "pay_currency": "EUR",
        "pay_period": "year",
        "company_key": "mullerandsohne",
        "unread": {"demands": "degree_untold"},
        "word_count": 8,
        "text_sketch": None,
    }


@settings(deadline=None, max_examples=50)
@given(st.lists(st.builds(PostingText, st.text(max_size=40), st.text(max_size=200)), max_size=4))
def test_any_text_has_facts(postings: list[PostingText]) -> None:
    for facts in posting_facts(postings):
        assert 0 <= facts["occupation_score"] <= 1
        assert not set(facts["skills_required"]) & set(facts["skills_preferred"])


_RANGE = {"title": "title", "low": "min", "high": "max", "currency": "currency"}
RANGES = PostingFields(
    title="title",
    pay_ranges=PayRanges(path="ranges[]", unit=100, **_RANGE),
)


@pytest.mark.parametrize(
    ("ranges", "pay"),
    [
        (
            [
                {"min": 15_000_000, "max": 20_000_000, "currency": "USD", "title": "Zone 1 Annual Salary"},
                {"min": 13_000_000, "max": 17_200_000, "currency": "USD", "title": "Zone 2 Annual Salary"},
                {"min": 9_000_000, "max": 9_900_000, "currency": "EUR", "title": "Europe, annual"},
            ],
            (130_000, 200_000, "USD", "year"),
        ),
        (
            [
                {"min": 1_750, "max": 2_200, "currency": "USD", "title": None},
                {"min": 1_750, "max": 2_200, "currency": "USD", "title": "Hourly Rate"},
            ],
            (17.5, 22, "USD", "hour"),
        ),
        (
            [{"min": 50_000_000, "max": None, "currency": "JPY", "title": "Base"}],
            (500_000, None, "JPY", None),
        ),
        (
            [{"min": 1_800_000, "max": 2_400_000, "currency": "PLN", "title": "Monthly gross"}],
            (18_000, 24_000, "PLN", "month"),
        ),
        (
            [{"min": 0, "max": 0, "currency": "USD", "title": "Zone 1"}, "text", None],
            (None, None, None, None),
        ),
        ([{"min": "many", "max": True, "currency": 7, "title": {}}], (None, None, None, None)),
    ],
)
def test_ranges_of_pay_are_read_with_what_their_titles_say(
    ranges: list[Any], pay: tuple[float | None, float | None, str | None, str | None]
) -> None:
    posting = reader_of(RANGES)({"title": "Engineer", "ranges": ranges})
    (facts,) = posting_facts([posting])
    assert tuple(facts[f"pay_{part}"] for part in ("low", "high", "currency", "period")) == pay


@pytest.mark.parametrize(
    ("sentence", "pay"),
    [
        (
            "The salary range for this role is $120,000 - $150,000 per year.",
            (120_000, 150_000, "USD", "year"),
        ),
        ("Vergütung: 15-17 €/Stunde, 10-20 Stunden pro Woche.", (15, 17, "EUR", "hour")),
        ("Lön: 38 000 - 45 000 kr/månad. Vi har 200 anställda.", (38_000, 45_000, "SEK", "month")),
        ("年収600万円〜800万円。残業手当あり。", (6_000_000, 8_000_000, "JPY", "year")),
        ("Pay: $25 - $30 per hour. Company revenue $3M per year.", (25, 30, "USD", "hour")),
        ("You will manage a budget of $2,000,000 per year.", None),
        ("Sie betreuen Kunden mit einem Umsatz von 100.000 € pro Jahr.", None),
        ("A $150/hr consulting rate is what our agencies charge clients.", None),
        ("Annual training budget: $3,000 per employee. We raised $50M.", None),
        ("交通費支給（月5万円まで）。売上高は年間600万円。", None),
        ("Nearly 819 million monthly active users.", None),
    ],
)
def test_pay_of_a_description_counts_where_it_is_sure_and_complete(
    sentence: str, pay: tuple[float, float, str, str] | None
) -> None:
    text = f"We build software for teams. {sentence} Apply now with your CV."
    (facts,) = posting_facts([PostingText("Engineer", text)])
    found = tuple(facts[f"pay_{part}"] for part in ("low", "high", "currency", "period"))
    assert found == (pay or (None, None, None, None))
    assert ("pay" in facts["unread"]) == (pay is None)
