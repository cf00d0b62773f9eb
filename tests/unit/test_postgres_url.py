"""Nothing travels in clear to a Postgres on another machine, and a URL is never quoted with its password."""

import pytest

from cvplus.postgres_url import guarded, is_on_this_machine, parameters, with_driver, without_driver

HERE = [
    "postgresql://me:pw@127.0.0.1:5432/db",
    "postgresql://me@localhost/db",
    "postgresql:///db?host=/run/pg",
]
ELSEWHERE = "postgresql://me:pw@db.example.org:5432/db"


@pytest.mark.parametrize("url", HERE)
def test_a_server_on_this_machine_is_left_as_it_is_told(url: str) -> None:
    assert is_on_this_machine(url)
    assert guarded(url) == url


@pytest.mark.parametrize(
    "url", [ELSEWHERE, f"{ELSEWHERE}?sslmode=verify-full", f"{ELSEWHERE}?connect_timeout=3"]
)
def test_a_server_elsewhere_is_asked_for_tls_1_3(url: str) -> None:
    told = parameters(guarded(url))
    assert told["ssl_min_protocol_version"] == "TLSv1.3"
    assert told["sslmode"] == parameters(url).get("sslmode", "require")
    assert {name: told[name] for name in parameters(url)} == parameters(url)


@pytest.mark.parametrize(
    "option", ["sslmode=disable", "sslmode=allow", "sslmode=prefer", "ssl_min_protocol_version=TLSv1.2"]
)
def test_a_server_elsewhere_is_not_talked_to_in_clear_or_by_older_tls(option: str) -> None:
    with pytest.raises(ValueError, match="leads to another machine"):
        guarded(f"{ELSEWHERE}?{option}")


def test_one_of_several_hosts_elsewhere_is_enough() -> None:
    assert not is_on_this_machine("postgresql://me@127.0.0.1,db.example.org/db")


def test_a_driver_is_kept_where_sqlalchemy_reads_and_left_out_where_libpq_does() -> None:
    url = with_driver(ELSEWHERE, "psycopg2")
    assert url.startswith("postgresql+psycopg2://me:pw@")
    assert guarded(url).startswith("postgresql+psycopg2://me:pw@")
    assert without_driver(url) == ELSEWHERE
    assert without_driver("postgres://me@db/x") == "postgresql://me@db/x"


def test_what_libpq_cannot_read_is_refused_without_a_quotation() -> None:
    with pytest.raises(ValueError, match="is no URL") as caught:
        parameters("postgresql://me:ge/heim@somewhere:5432/db")
    assert "heim" not in str(caught.value)
