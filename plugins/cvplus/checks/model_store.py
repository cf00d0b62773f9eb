"""What an MLflow server of one's own must have: its API, the right to write, a place for files."""

from importlib.metadata import version as installed_version
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import requests

from cvplus.checks.findings import Finding, http_clock_finding, missing
from cvplus.settings import Settings

SUBJECT = "MLflow"
ANSWER_SECONDS = 10
LOGIN = "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD to a user who may edit the experiment."


def server_findings(settings: Settings) -> list[Finding]:
    """Ask the server, write a tag, and send a file there and back."""
    url = settings.resolved_mlflow_url.rstrip("/")
    place = urlsplit(url).hostname
    try:
        health = requests.get(f"{url}/health", timeout=ANSWER_SECONDS)
        told_version = requests.get(f"{url}/version", timeout=ANSWER_SECONDS)
    except requests.RequestException as error:
        told = f"The server at {place} does not answer: {type(error).__name__}."
        return [missing(SUBJECT, told, "Start it, or correct CVPLUS_MLFLOW_URL.")]
    if health.status_code != 200 or not told_version.text[:1].isdigit():
        told = f"What answers at {place} is no MLflow server (status {health.status_code} at /health)."
        return [missing(SUBJECT, told, "Correct CVPLUS_MLFLOW_URL.")]
    found = http_clock_finding(SUBJECT, health.headers.get("date"))
    theirs, ours = told_version.text.strip(), installed_version("mlflow")
    if theirs.split(".")[0] != ours.split(".")[0]:
        told = f"The server is MLflow {theirs}, and the plant speaks to MLflow {ours.split('.')[0]}."
        return [*found, missing(SUBJECT, told, "Run a server of the same major version.")]
    return found + _trial(url) or [Finding(SUBJECT, f"MLflow {theirs} at {place}: all is there.")]


def _trial(url: str) -> list[Finding]:
    """Do what a training does: find or make the experiment, mark it, keep a file."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    from ml.registry import EXPERIMENT

    try:
        client = MlflowClient(url, url)
        client.search_registered_models(max_results=1)
        experiment = client.get_experiment_by_name(EXPERIMENT)
        identity = experiment.experiment_id if experiment else client.create_experiment(EXPERIMENT)
        client.set_experiment_tag(identity, "cvplus.checked", "yes")
        location = client.get_experiment(identity).artifact_location
        if urlsplit(location).scheme in ("", "file"):
            told = (
                f"Its experiment {EXPERIMENT} keeps files in a folder of the server's machine ({location})."
            )
            remedy = "Start it with --serve-artifacts or a bucket as --default-artifact-root, and rename or "
            return [missing(SUBJECT, told, remedy + "delete that experiment, which keeps its old place.")]
        with TemporaryDirectory() as folder:
            file = Path(folder) / "check.txt"
            file.write_text("checked")
            keeper = get_artifact_repository(f"{location.rstrip('/')}/check", tracking_uri=url)
            keeper.log_artifact(str(file))
            back = Path(keeper.download_artifacts("check.txt", folder + "/")).read_text()
            keeper.delete_artifacts("check.txt")
        if back != "checked":
            return [missing(SUBJECT, f"{location} does not give back what was just written there.", LOGIN)]
    except (MlflowException, requests.RequestException, OSError) as error:
        told = f"The server refused what a training does: {str(error).strip().splitlines()[0]}"
        return [missing(SUBJECT, f"{told.rstrip('.')}.", LOGIN)]
    return []
