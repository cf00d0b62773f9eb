"""The edge to MLflow: find, register and load versions of the one registered model.

MLflow is slow to import, so it is imported where it is used.
"""

import json
import logging
import os
import warnings
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from ml.identity import CODE_FOLDER
from ml.predictor import PREDICTION_COLUMNS, Predictor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

EXPERIMENT = "cvplus"
CHAMPION_ALIAS = "champion"
MODEL_ID_TAG = "cvplus.model_id"
TRAINING_SAMPLE = "training_sample.parquet"
EVALUATION = "evaluation.json"
REQUIREMENTS = ("xgboost-cpu", "numpy", "pandas", "scipy", "scikit-learn", "pydantic", "pyyaml")


@dataclass(frozen=True)
class Registry:
    """One registered model in one MLflow store.

    ``url``: tracking and registry store. ``artifact_folder``: where a store that is a database puts
    artifacts; ``None`` leaves it to the tracking server.
    """

    url: str
    model_name: str
    artifact_folder: Path | None = None

    def client(self) -> "MlflowClient":
        """A client of this store; an earlier one would keep an earlier store."""
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        import mlflow

        mlflow.set_tracking_uri(self.url)
        mlflow.set_registry_uri(self.url)
        return mlflow.MlflowClient(self.url, self.url)

    def champion(self) -> str | None:
        """Version behind the alias ``champion``."""
        from mlflow.exceptions import MlflowException
        from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST, ErrorCode

        missing = {ErrorCode.Name(code) for code in (RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE)}
        try:
            found = self.client().get_model_version_by_alias(self.model_name, CHAMPION_ALIAS)
        except MlflowException as error:
            if error.error_code in missing:
                return None
            raise
        return str(found.version)

    def set_champion(self, version: str) -> None:
        """Move the alias; nothing else decides which model scores."""
        self.client().set_registered_model_alias(self.model_name, CHAMPION_ALIAS, version)

    def find_version(self, model_id: str) -> str | None:
        """The version made from this code, configuration, data and seed, if there is one."""
        found = self.client().search_model_versions(
            f"name = '{self.model_name}' and tags.`{MODEL_ID_TAG}` = '{model_id}'"
        )
        return min((str(one.version) for one in found), key=int, default=None)

    def load(self, version: str) -> Predictor:
        """The predictor of a version."""
        import mlflow

        self.client()
        served = mlflow.pyfunc.load_model(f"models:/{self.model_name}/{version}").unwrap_python_model()
        predictor: Predictor = served.predictor
        return predictor

    def read_artifact(self, version: str, name: str, folder: Path) -> Path:
        """Download a file of the run that made a version into ``folder``."""
        client = self.client()
        found = client.get_model_version(self.model_name, version)
        return Path(client.download_artifacts(str(found.run_id), name, str(folder)))

    def read_document(self, version: str, name: str = EVALUATION) -> dict[str, Any]:
        """A JSON file of the run that made a version."""
        with TemporaryDirectory() as folder:
            document: dict[str, Any] = json.loads(self.read_artifact(version, name, Path(folder)).read_text())
            return document

    def register(
        self,
        predictor: Predictor,
        *,
        tags: Mapping[str, str],
        params: Mapping[str, Any],
        metrics: Mapping[str, float],
        files: Mapping[str, str | pd.DataFrame],
    ) -> str:
        """Log a run and its model, then register it in one last step; returns the version.

        A try that is killed before that step leaves a run that the next try of the same model closes.
        ``files``: name -> text, or a frame that is kept as parquet. ``tags`` must hold the model's id.
        """
        import mlflow

        client = self.client()
        experiment_id = self._experiment(client)
        self._close_interrupted(client, experiment_id, tags[MODEL_ID_TAG])
        run = client.create_run(experiment_id, tags=dict(tags), run_name=tags[MODEL_ID_TAG][:12])
        with mlflow.start_run(run_id=run.info.run_id), TemporaryDirectory() as folder:
            mlflow.log_params(dict(params))
            for name, content in files.items():
                file = Path(folder) / name
                if isinstance(content, pd.DataFrame):
                    content.to_parquet(file, index=False)
                else:
                    file.write_text(content)
                mlflow.log_artifact(str(file))
            predictor_folder = Path(folder) / "predictor"
            predictor.save(predictor_folder)
            with _quiet_mlflow():
                logged = mlflow.pyfunc.log_model(
                    name="predictor",
                    python_model=str(CODE_FOLDER / "served_model.py"),
                    artifacts={"predictor": str(predictor_folder)},
                    code_paths=[str(CODE_FOLDER)],
                    signature=signature(predictor),
                    pip_requirements=[f"{name}=={installed_version(name)}" for name in REQUIREMENTS],
                )
            mlflow.log_metrics(dict(metrics), model_id=logged.model_id)
            made = mlflow.register_model(logged.model_uri, self.model_name, tags=dict(tags))
        return str(made.version)

    def _experiment(self, client: "MlflowClient") -> str:
        found = client.get_experiment_by_name(EXPERIMENT)
        if found is not None:
            return str(found.experiment_id)
        location = self.artifact_folder.resolve().as_uri() if self.artifact_folder else None
        return str(client.create_experiment(EXPERIMENT, artifact_location=location))

    @staticmethod
    def _close_interrupted(client: "MlflowClient", experiment_id: str, model_id: str) -> None:
        """Mark runs of this model that never ended: they were killed."""
        unfinished = f"tags.`{MODEL_ID_TAG}` = '{model_id}' and attributes.status = 'RUNNING'"
        for run in client.search_runs([experiment_id], unfinished):
            client.set_terminated(run.info.run_id, "KILLED")


def signature(predictor: Predictor) -> "ModelSignature":
    """Inputs: text or double a feature, each may be missing. Outputs: double, one boolean."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, DataType, Schema, TensorSpec

    inputs: list[ColSpec | TensorSpec] = [
        ColSpec(
            DataType.string if feature.kind == "category" else DataType.double, feature.name, required=True
        )
        for feature in predictor.encoder.features
    ]
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.boolean if name.startswith("is_") else DataType.double, name)
        for name in PREDICTION_COLUMNS
    ]
    return ModelSignature(inputs=Schema(inputs), outputs=Schema(outputs))


@contextmanager
def _quiet_mlflow() -> "Iterator[None]":
    """Keep MLflow's hint about an input example, which is left out on purpose, out of task logs."""
    logger = logging.getLogger("mlflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*An input example was not provided.*")
            yield
    finally:
        logger.setLevel(level)
