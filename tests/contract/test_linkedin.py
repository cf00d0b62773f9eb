"""LinkedIn's own way of writing a query: lists and structures raw, values percent-encoded."""

from conftest import CREDENTIALS, Replay, exchanges

from cvplus.sources.credentials import Credentials

CHOICE = {"titles": ["data engineer"], "countries": ["gb"]}


def test_structures_stay_raw_and_values_are_encoded(replay: Replay) -> None:
    credentials = Credentials(password=CREDENTIALS.password, extra=CHOICE)
    (request,) = replay(
        "linkedin", "job_library", exchanges("linkedin", "empty"), credentials=credentials
    ).requests
    assert request.url == (
        "https://api.linkedin.com/rest/jobLibrary?q=criteria&keyword=data%20engineer"
        "&countries=List(urn%3Ali%3Acountry%3Agb)"
        "&dateRange=(start:(day:13,month:11,year:2026),end:(day:21,month:11,year:2026))&start=0&count=24"
    )
    assert request.headers["LinkedIn-Version"].isdigit()
    assert request.headers["X-Restli-Protocol-Version"] == "2.0.0"
    assert request.headers["Authorization"] == f"Bearer {CREDENTIALS.password}"
