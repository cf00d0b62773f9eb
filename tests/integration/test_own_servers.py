"""Every combination of own and embedded servers gets its schemas; only what is left is embedded."""

import itertools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from own_server import own_server
from own_servers import make_owner, make_roles, own_mlflow, own_s3

from cvplus.checks.every import every_finding
from cvplus.embedded import embedded_url
from cvplus.lake.store import open_store
from cvplus.runtime.ports import load_ports
from cvplus.runtime.postgres import EmbeddedPostgres, is_postgres_running, stop_postgres, uses_postgres
from cvplus.runtime.services import dead_services
from cvplus.runtime.start import (
    Plant,
    describe_plant,
    migrate_airflow,
    prepare_registry,
    prepare_warehouse,
    start_embedded_postgres,
)
from cvplus.settings import PROJECT_ROOT, Settings, load_settings

pytestmark = pytest.mark.slow
KINDS = ("warehouse", "lake", "mlflow", "airflow")
# Each of the sixteen, MLflow by its server or by a database in turns.
COMBINATIONS = [
    (frozenset(itertools.compress(KINDS, chosen)), ("server", "database")[sum(chosen) % 2])
    for chosen in itertools.product((False, True), repeat=len(KINDS))
]


@pytest.fixture(scope="module")
def postgres() -> Iterator[EmbeddedPostgres]:
    with own_server() as running:
        yield running


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    with own_s3() as told:
        yield told


@pytest.fixture(scope="module")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with own_mlflow(tmp_path_factory.mktemp("mlflow")) as told:
        yield told


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home below a folder that its server may pass through, whatever pytest does with its own."""
    folder = Path(tempfile.mkdtemp(prefix="cvplus-home-"))
    monkeypatch.setenv("CVPLUS_HOME", str(folder))
    yield folder
    stop_postgres(folder / "postgres")
    shutil.rmtree(folder)


def prepared(settings: Settings) -> Plant:
    """What a start does before it starts Airflow."""
    assert [finding for finding in every_finding(settings) if finding.is_missing] == []
    start_embedded_postgres(settings, load_ports(settings.home)["postgres"], lambda step: None)
    plant = describe_plant(settings, None)
    prepare_warehouse(plant)
    prepare_registry(plant)
    migrate_airflow(plant)
    return plant


def databases_of(home: Path) -> set[str]:
    """The embedded server's databases of the plant."""
    if not is_postgres_running(home / "postgres"):
        return set()
    with psycopg.connect(embedded_url(home, "postgres", "postgres")) as connection:
        found = connection.execute("select datname from pg_database where datname !~ '^postgres$|^template'")
        return {name for (name,) in found}


@pytest.mark.parametrize(
    ("own", "mlflow"), COMBINATIONS, ids=["+".join(sorted(own)) or "none" for own, _ in COMBINATIONS]
)
def test_what_is_given_is_used_and_the_rest_is_embedded(
    own: frozenset[str],
    mlflow: str,
    home: Path,
    postgres: EmbeddedPostgres,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mark = uuid4().hex[:8]
    given = {}
    if "warehouse" in own:
        given["CVPLUS_WAREHOUSE_URL"] = make_owner(postgres, f"warehouse_{mark}")
    if "lake" in own:
        given |= request.getfixturevalue("s3")
        given["CVPLUS_LAKE_URL"] += f"/{mark}"
    if "mlflow" in own and mlflow == "server":
        given |= request.getfixturevalue("mlflow_server")
    elif "mlflow" in own:
        given["CVPLUS_MLFLOW_URL"] = make_owner(postgres, f"mlflow_{mark}")
    if "airflow" in own:
        given["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = make_owner(postgres, f"airflow_{mark}")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    plant = prepared(settings)

    assert databases_of(home) == {"warehouse", "mlflow", "airflow"} - own
    assert dead_services(home) == []
    with psycopg.connect(settings.resolved_warehouse_url) as connection:
        assert connection.execute("select count(*) from ops.batches").fetchone() == (0,)
        assert connection.info.port == (postgres.port if "warehouse" in own else plant.ports["postgres"])
    lake = open_store(settings.resolved_lake_url)
    lake.put("trial", [b"x"])
    assert (home / "lake" / "trial").exists() == ("lake" not in own)
    run_in(plant, "-m", "airflow", "db", "check")
    run_in(
        plant,
        "-W",
        "ignore",
        "-c",
        "from cvplus.operations.learning import *; assert serving_version() is None",
    )


def run_in(plant: Plant, *arguments: str) -> None:
    """Run a piece of Python as a process of the plant does."""
    done = subprocess.run(
        [sys.executable, *arguments], env=plant.environment, cwd=PROJECT_ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_roles_of_a_server_of_ones_own_get_their_rights(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CVPLUS_WAREHOUSE_URL", make_owner(postgres, "with_roles"))
    for name, value in make_roles(postgres, "with_roles").items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert [finding for finding in every_finding(settings) if finding.is_missing] == []
    start_embedded_postgres(settings, load_ports(settings.home)["postgres"], lambda step: None)
    prepare_warehouse(describe_plant(settings, None))
    with psycopg.connect(settings.warehouse_url_of("transformer")) as connection:
        connection.execute("create table marts.later (x integer)")
    with psycopg.connect(settings.warehouse_url_of("loader")) as connection:
        connection.execute("insert into ops.granted_rights (digest) values ('x')")
    with psycopg.connect(settings.warehouse_url_of("ml")) as connection:
        connection.execute("select from marts.later")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select from raw.derived__posting_facts")
    with psycopg.connect(f"postgresql://bi:pw@127.0.0.1:{postgres.port}/with_roles") as connection:
        connection.execute("select from marts.later")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select from ops.batches")


def test_an_embedded_server_whose_place_was_taken_is_stopped_and_kept(
    home: Path, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = load_ports(home)["postgres"]
    start_embedded_postgres(load_settings(), port, lambda step: None)
    mark = uuid4().hex[:8]
    for name, database in (
        ("CVPLUS_WAREHOUSE_URL", "warehouse"),
        ("CVPLUS_MLFLOW_URL", "mlflow"),
        ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "airflow"),
    ):
        monkeypatch.setenv(name, make_owner(postgres, f"{database}_{mark}"))
    start_embedded_postgres(load_settings(), port, lambda step: None)
    assert not is_postgres_running(home / "postgres")
    assert not uses_postgres(home)
    assert dead_services(home) == []
    for name in ("CVPLUS_WAREHOUSE_URL", "CVPLUS_MLFLOW_URL", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"):
        monkeypatch.delenv(name)
    start_embedded_postgres(load_settings(), port, lambda step: None)
    assert databases_of(home) == {"warehouse", "mlflow", "airflow"}
