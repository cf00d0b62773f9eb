"""Lever as the sandbox plays it: whole sites on two instances, shapes as recorded, paging, 404, and 304."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sandbox_shapes import differences, recorded

from cvplus.runtime.environment import sandbox_sources

BASES = {"sites": "/lever/v0/postings", "eu_sites": "/lever/eu/v0/postings"}
CHOSEN = sandbox_sources()["lever"].extra
OPTIONAL = ("salaryRange", "salaryDescription", "salaryDescriptionPlain")


def all_postings(client: TestClient, name: str) -> list[dict[str, Any]]:
    """The postings of all sites that the sandbox's connection lists under a name."""
    found = []
    for site in CHOSEN[name]:
        answer = client.get(f"{BASES[name]}/{site}", params={"mode": "json"})
        assert answer.status_code == 200, site
        found += answer.json()
    return found


@pytest.mark.parametrize("name", BASES)
def test_postings_have_the_shape_of_recorded_ones(sandbox_client: TestClient, name: str) -> None:
    real = recorded("lever", "postings_mode_json.matchgroup.json")
    assert differences(all_postings(sandbox_client, name), real, without=OPTIONAL) == []


def test_a_posting_says_the_workplace_and_the_instant_as_lever_does(sandbox_client: TestClient) -> None:
    for posting in all_postings(sandbox_client, "sites"):
        assert posting["workplaceType"] in ("remote", "hybrid", "onsite", "on-site", "unspecified")
        assert 1_700_000_000_000 < posting["createdAt"] < 1_800_000_000_000
        assert posting["lists"][0]["content"].startswith("<li>")


def test_a_site_stands_on_one_instance_only(sandbox_client: TestClient) -> None:
    missing = recorded("lever", "shape_and_errors.synthetic_text.json")["dead_404.json"]
    for name, other in (("sites", "eu_sites"), ("eu_sites", "sites")):
        for site in CHOSEN[name]:
            answer = sandbox_client.get(f"{BASES[other]}/{site}", params={"mode": "json"})
            assert (answer.status_code, answer.json()) == (404, missing)


def test_pages_and_single_postings_are_those_of_the_whole_site(sandbox_client: TestClient) -> None:
    site = f"{BASES['sites']}/amazon-com-inc"
    whole = sandbox_client.get(site, params={"mode": "json"}).json()
    assert whole
    pages = [
        posting
        for skip in range(len(whole) + 1)
        for posting in sandbox_client.get(site, params={"mode": "json", "skip": skip, "limit": 1}).json()
    ]
    assert pages == whole
    assert sandbox_client.get(f"{site}/{whole[0]['id']}").json() == whole[0]
    assert sandbox_client.get(f"{site}/nothing").status_code == 404


def test_filters_are_taken_by_the_letter(sandbox_client: TestClient) -> None:
    site = f"{BASES['sites']}/amazon-com-inc"
    (posting, *_) = sandbox_client.get(site, params={"mode": "json"}).json()
    place = posting["categories"]["location"]
    both = {"mode": "json", "location": [place, "Nowhere"]}
    assert posting in sandbox_client.get(site, params=both).json()
    assert sandbox_client.get(site, params={"mode": "json", "location": place.upper()}).json() == []


def test_who_does_not_ask_for_json_gets_a_page(sandbox_client: TestClient) -> None:
    site = f"{BASES['sites']}/amazon-com-inc"
    assert sandbox_client.get(site).headers["Content-Type"].startswith("text/html")
    assert sandbox_client.get(site, headers={"Accept": "application/json"}).json()


def test_a_site_that_has_not_changed_is_not_sent_again(sandbox_client: TestClient) -> None:
    site, asked = f"{BASES['sites']}/amazon-com-inc", {"mode": "json"}
    first = sandbox_client.get(site, params=asked)
    again = sandbox_client.get(site, params=asked, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
