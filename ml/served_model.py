"""The registered model as MLflow runs it (models from code): features in, the five predictions out.

One pyfunc wraps encoder and boosters, since MLflow refuses pandas categories and XGBoost refuses text.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from ml.predictor import Predictor


class ServedModel(PythonModel):
    """Loads the predictor's folder; ``predictor`` is there for those who also want reasons."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the artifact ``predictor``."""
        self.predictor = Predictor.load(Path(context.artifacts["predictor"]))

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Predictions for a frame of feature columns."""
        return self.predictor.predict(model_input)


set_model(ServedModel())
