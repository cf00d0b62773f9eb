"""The edge to MLflow: find, register and load versions of the one registered model.

MLflow is slow to import, so it is imported where it is used.
"""

import json
import logging
import os
import warnings
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version as installed_version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from ml.identity import CODE_FOLDER
from ml.predictor import PREDICTION_COLUMNS, Predictor
from ml.signing import SIGNATURE, ModelRefused, ModelUnreadable, refused, require_signed, sign_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

EXPERIMENT = "cvplus"
CHAMPION_ALIAS = "champion"
MODEL_ID_TAG = "cvplus.model_id"
TRAINING_SAMPLE = "training_sample.parquet"
EVALUATION = "evaluation.json"
# Where MLflow keeps the files of an artifact named ``predictor`` within a model.
PREDICTOR_FILES = "artifacts/predictor"
REQUIREMENTS = ("xgboost-cpu", "numpy", "pandas", "scipy", "scikit-learn", "pydantic", "pyyaml")


@dataclass(frozen=True)
class ModelStore:
    """Where models are kept (MLflow's tracking and registry store), and the plant's key that signs them."""

    url: str
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Registry:
    """One registered model in one store.

    ``artifact_folder``: where a store that is a database puts artifacts; ``None`` leaves it to the tracking
    server.
    """

    store: ModelStore
    model_name: str
    artifact_folder: Path | None = None

    def client(self) -> "MlflowClient":
        """A client of this store; an earlier one would keep an earlier store."""
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        import mlflow

        mlflow.set_tracking_uri(self.store.url)
        mlflow.set_registry_uri(self.store.url)
        return mlflow.MlflowClient(self.store.url, self.store.url)

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

    def refusal(self, version: str) -> ModelRefused | ModelUnreadable | None:
        """Why a version cannot be used; ``None`` when this plant has signed it and can read it."""
        try:
            self.load(version)
        except (ModelRefused, ModelUnreadable) as refusal:
            return refusal
        return None

    def load(self, version: str) -> Predictor:
        """The predictor of a version, from files without code, each checked before it is opened.

        Raises:
            ModelRefused: the files are not those that this plant has signed.
            ModelUnreadable: they are, but no code of today reads them.
        """
        import mlflow

        model_id = self._model_id(version)
        source = f"models:/{self.model_name}/{version}/{PREDICTOR_FILES}"
        if not mlflow.artifacts.list_artifacts(source):
            raise refused(f"Version {version} has no files of a predictor.")
        with TemporaryDirectory() as folder:
            # A copy, so that what was checked is what is read.
            copy = Path(mlflow.artifacts.download_artifacts(source, dst_path=folder))
            require_signed(copy, model_id, self.store.key)
            return Predictor.load(copy)

    def _model_id(self, version: str) -> str:
        found = self.client().get_model_version(self.model_name, version)
        return str(found.tags.get(MODEL_ID_TAG, ""))

    def read_artifact(self, version: str, name: str, folder: Path) -> Path:
        """Download a file of the run that made a version into ``folder``, which must be empty.

        Raises:
            ModelRefused: it is not the file that this plant has signed.
        """
        client = self.client()
        run = str(client.get_model_version(self.model_name, version).run_id)
        there = {artifact.path for artifact in client.list_artifacts(run)}
        for file in (name, SIGNATURE):
            if file not in there:
                raise refused(f"The run of version {version} has no file {file}.")
            client.download_artifacts(run, file, str(folder))
        require_signed(folder, self._model_id(version), self.store.key, frozenset({name}))
        return folder / name

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
            run_folder, predictor_folder = Path(folder) / "run", Path(folder) / "predictor"
            run_folder.mkdir()
            for name, content in files.items():
                if isinstance(content, pd.DataFrame):
                    content.to_parquet(run_folder / name, index=False)
                else:
                    (run_folder / name).write_text(content)
            sign_folder(run_folder, tags[MODEL_ID_TAG], self.store.key)
            mlflow.log_artifacts(str(run_folder))
            predictor.save(predictor_folder)
            sign_folder(predictor_folder, tags[MODEL_ID_TAG], self.store.key)
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
