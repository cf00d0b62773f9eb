"""Names of companies as people read them, and what makes two of them one."""

import pytest

from cvplus.enrich.readers.company import read_company


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Infosys Pvt Ltd", "Infosys"),
        ("  SAP   SE ", "SAP"),
        ("“Acme GmbH”", "Acme"),
        ("The Walt Disney Company", "The Walt Disney Company"),
        ("McKinsey & Company", "McKinsey & Company"),
        ("JPMorgan Chase & Co.", "JPMorgan Chase"),
        ("The Limited", "The Limited"),
        ("AT&amp;T Inc.", "AT&T"),
        ("Procter & Gamble Company (The)", "The Procter & Gamble Company"),
        ("Müller GmbH & Co. KG", "Müller"),
        ("Glen Raven, Inc.", "Glen Raven"),
        ("Yahoo! Inc", "Yahoo!"),
    ],
)
def test_a_name_is_shown_without_its_form(text: str, name: str) -> None:
    company = read_company(text).value
    assert company is not None
    assert company.name == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Limited", "The Company"),
        ("Merck & Co., Inc.", "Merck KGaA"),
        ("Serenity Spa", "Serenity Inc"),
        ("阿里巴巴(中国)有限公司", "阿里巴巴有限公司"),
        ("Google Germany GmbH", "Google LLC"),
        ("AB InBev", "InBev"),
    ],
)
def test_firms_that_are_two_have_two_keys(one: str, other: str) -> None:
    first, second = read_company(one).value, read_company(other).value
    assert first is not None
    assert second is not None
    assert first.key != second.key


def test_a_country_decides_on_a_form_that_is_a_word_elsewhere() -> None:
    told, untold = read_company("Bliss Spa", "IT").value, read_company("Bliss Spa").value
    assert told is not None
    assert untold is not None
    assert (told.key, untold.key) == ("bliss", "blissspa")
