"""First lines of hiring comments: company, role, place, pay and remote work, and how sure that is.

The lines are as people write them; most were found in other readers' tests of the same threads.
"""

import pytest

from cvplus.sources.oddities.hiring_headline import parse_headline, plain_comment

CONTRACT = (
    "Acme Robotics | Senior Data Engineer | Chicago, IL or REMOTE (US) | Full-time | $150k-$180k + equity | "
    '<a href="https:&#x2F;&#x2F;acme.example&#x2F;jobs" rel="nofollow">https:&#x2F;&#x2F;acme.example&#x2F;'
    "jobs</a><p>We build…"
)


@pytest.mark.parametrize(
    ("line", "company", "roles", "location", "is_remote", "pay"),
    [
        (CONTRACT, "Acme Robotics", ["Senior Data Engineer"], "Chicago, IL", True, "$150k-$180k"),
        ("Acme Remote Inc | Backend Engineer | REMOTE (Worldwide) | Full-time<p>Python, FastAPI.</p>",
         "Acme Remote Inc", ["Backend Engineer"], "Worldwide", True, None),
        ("Beta Labs | Frontend Engineer | Berlin, ONSITE<p>React.</p>",
         "Beta Labs", ["Frontend Engineer"], "Berlin", False, None),
        ("Proven Software | QA Analyst | REMOTE (US) | Full-Time | $85k-$110k",
         "Proven Software", ["QA Analyst"], "US", True, "$85k-$110k"),
        ("*OneChronos | Technical Lead | NYC (HQ) | Full-Time*",
         "OneChronos", ["Technical Lead"], "NYC", None, None),
        ("https://doowii.io Doowii | Remote (US) | Full-time | Senior Software Engineer (AI)",
         "Doowii", ["Senior Software Engineer"], "US", True, None),
        ("Noise | Senior Software Engineers (Frontend, Mobile) | NYC | ONSITE | $160k-$210k + equity",
         "Noise", ["Senior Software Engineers"], "NYC", False, "$160k-$210k"),
        ("CVector | Software Engineers, Senior Research Engineer | New York City (FiDi) | ONSITE | VISA",
         "CVector", ["Software Engineers", "Senior Research Engineer"], "New York City", False, None),
        ("Shopify | Senior Data Engineer | Waterloo, Ontario, Canada | On-site | Full-time",
         "Shopify", ["Senior Data Engineer"], "Waterloo, Ontario, Canada", False, None),
        ("Nectar Works | Robotics &#x2F; Hardware Engineer | San Francisco, CA | $130k–200k + equity",
         "Nectar Works", ["Robotics / Hardware Engineer"], "San Francisco, CA", None, "$130k–200k"),
        ("NetFoundry | $115k to 180k base comp | Full-time | REMOTE | USA | DevRel Leader",
         "NetFoundry", ["DevRel Leader"], "USA", True, "$115k to 180k"),
        ("Quill | Fullstack SWE | Full-time | Remote | $150 - 210K USD",
         "Quill", ["Fullstack SWE"], None, True, "$150 - 210K USD"),
        ("Gamma GmbH | Data Scientist | Munich, Germany | office, no remote | €70k+",
         "Gamma GmbH", ["Data Scientist"], "Munich, Germany", False, "€70k+"),
        ("Acme | Backend Engineer | Berlin | REMOTE or ONSITE",
         "Acme", ["Backend Engineer"], "Berlin", None, None),
        ("Acme | Backend Engineer, Data Engineer jobs@acme.example | Berlin | jobs@acme.example",
         "Acme", ["Backend Engineer", "Data Engineer"], "Berlin", None, None),
        ("Atlas | Backend Engineer | Sydney | AUD 130k-AUD 170k",
         "Atlas", ["Backend Engineer"], "Sydney", None, "AUD 130k-AUD 170k"),
        ("Merlion | Backend Engineer | Singapore | S$8k-10k/month",
         "Merlion", ["Backend Engineer"], "Singapore", None, "S$8k-10k/month"),
        ("Maple | Backend Engineer | Toronto | $120k CAD - $150k CAD",
         "Maple", ["Backend Engineer"], "Toronto", None, "$120k CAD - $150k CAD"),
        ("Alpen | Backend Engineer | Zurich | CHF 100'000 - 120'000",
         "Alpen", ["Backend Engineer"], "Zurich", None, "CHF 100'000 - 120'000"),
        ("Acme | Backend Engineer | 150-180k", "Acme", ["Backend Engineer"], None, None, "150-180k"),
    ],
)  # fmt: skip
def test_a_line_is_read_part_by_part(
    line: str, company: str, roles: list[str], location: str | None, is_remote: bool | None, pay: str | None
) -> None:
    read = parse_headline(line)
    assert (read.company, read.roles, read.location) == (company, roles, location)
    assert (read.is_remote, read.pay) == (is_remote, pay)
    assert read.confidence > 0.7


@pytest.mark.parametrize(
    "line",
    [
        "Marketron | REMOTE (US) | Full-time | 70k - 90k",
        "Engineering Manager | Remote (North America) | Full-time",
        "Prior Labs | Berlin / NYC | ONSITE | Full-time | Multiple Roles",
        "REMOTE (US) | Backend Engineer | Full-time",
        "We are hiring engineers! Come and talk to us.",
        "Is anybody else from last month still waiting for an answer?",
        "",
        "<p></p>",
    ],
)
def test_a_line_without_company_and_role_is_no_posting(line: str) -> None:
    read = parse_headline(line)
    assert (read.company, read.roles, read.confidence) == (None, [], 0.0)


@pytest.mark.parametrize(
    ("line", "confidence"),
    [
        ("Acme | Backend Engineer | Berlin", 1.0),
        ("Acme | Backend Engineer | we are lovely people | Berlin", 0.75),
        ("Delta - Senior Engineer - London - £90k", 0.5),
    ],
)
def test_confidence_is_the_share_of_parts_understood(line: str, confidence: float) -> None:
    assert parse_headline(line).confidence == confidence


@pytest.mark.parametrize(
    ("line", "domain"),
    [
        (CONTRACT, "acme.example"),
        ("Acme | Engineer | https://www.acme.example/careers", "acme.example"),
        ("Acme | Engineer | https://boards.greenhouse.io/acme", None),
        ("Acme | Engineer | https://acme.example.evil]", "acme.example.evil"),
        ('Acme | Engineer | <a href="http://[bad">x</a>', None),
        ("Acme | Engineer", None),
    ],
)
def test_the_company_is_at_its_own_address_and_not_at_a_job_boards(line: str, domain: str | None) -> None:
    assert parse_headline(line).domain == domain


def test_a_comment_is_read_in_paragraphs_with_its_links() -> None:
    assert plain_comment('A &amp; B<p>See <a href="https:&#x2F;&#x2F;x.example">x</a>.<p>C') == (
        "A & B\nSee https://x.example .\nC"
    )


@pytest.mark.parametrize("text", ["|", "<a href=", "(", "A, ", "$1", " ,A", " or", "<", "<p"])
def test_nothing_that_people_write_hides_the_company_before_it(text: str) -> None:
    """How time grows with such a text, ``tests/benchmarks/bench_patterns.py`` measures."""
    assert parse_headline(f"Acme | Engineer | {text * 20_000}").company == "Acme"
