"""Every name of a month, in every form in which CVs give one."""

import pytest

from cvplus.enrich.readers.date import read_date
from cvplus.enrich.readers.date_words import month_names

FORMS = ("{} 2019", "{} 2019 - {} 2021", "since {} 2019", "{}. 2019", "{} 2019 – present", "12 {} 2019")


@pytest.mark.parametrize("form", FORMS)
def test_every_month_is_read_by_every_name(form: str) -> None:
    """In letters; 三月 stands behind its year alone."""
    names = {name: month for name, month in month_names().items() if not name.endswith("月")}
    assert len(set(names.values())) == 12
    wrong = {}
    for name, month in names.items():
        for written in (name, name.capitalize(), name.upper()):
            value = read_date(form.format(written, written)).value
            if value is None or value.from_date is None or value.from_date.month != month:
                wrong[written] = value
    assert not wrong
