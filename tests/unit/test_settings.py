"""Settings are environment variables; a bad one is refused with its name and what is allowed."""

import pytest

from cvplus.errors import ConfigurationError
from cvplus.settings import PROJECT_ROOT, load_settings


def test_everything_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CVPLUS_HOME", "CVPLUS_LAKE_URL", "CVPLUS_EXPORTS_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = load_settings()
    assert settings.home == PROJECT_ROOT / "var"
    assert settings.resolved_lake_url == (PROJECT_ROOT / "var" / "lake").as_uri()
    assert (settings.sandbox_size, settings.sandbox_seed, settings.training_data_size) == ("small", 7, 50_000)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CVPLUS_SANDBOX_SIZE", "gigantic"),
        ("CVPLUS_SANDBOX_DAYS", "3"),
        ("CVPLUS_WAREHOUSE_URL", "mysql://somewhere"),
        ("CVPLUS_LAKE_URL", "ftp://somewhere"),
        ("TRAINING_DATA_SIZE", "-1"),
        ("MODEL_TYPE", "oracle"),
    ],
)
def test_a_bad_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert variable in str(caught.value)
    assert value in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CVPLUS_WAREHOUSE_URL", "mysql://me:geheim@somewhere/db"),
        ("CVPLUS_WAREHOUSE_URL", "postgresql://me:ge/heim@somewhere:5432/db"),
        ("CVPLUS_WAREHOUSE_URL", "postgresql://me:geheim@somewhere:port/db"),
        ("CVPLUS_LAKE_URL", "ftp://me:geheim@somewhere"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert variable in str(caught.value)
    assert "somewhere" in str(caught.value)
    assert "heim" not in str(caught.value)


def test_a_warehouse_that_was_never_started_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("CVPLUS_HOME", str(tmp_path))
    monkeypatch.delenv("CVPLUS_WAREHOUSE_URL", raising=False)
    with pytest.raises(ConfigurationError, match="make up"):
        _ = load_settings().resolved_warehouse_url
