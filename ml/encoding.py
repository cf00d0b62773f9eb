"""Turn feature columns into the matrix that XGBoost reads.

XGBoost 3.2 codes a category that it never saw as some category that it did see, silently. So categories
are coded here, against the training categories kept with the model: unseen means missing, and is counted.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

FeatureKind = Literal["number", "category", "boolean"]
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Feature:
    """One model input as the feature registry declares it."""

    name: str
    kind: FeatureKind
    entity: str


@dataclass(frozen=True)
class Encoded:
    """``matrix``: (rows, features) float64, missing as NaN.

    ``is_unseen``: (rows, features) bool, categories that training did not see, missing in the matrix.

    ``unusable``: (rows,) name of a feature whose value is infinite or beyond single precision, which is what
    XGBoost computes in; None in the others. Such a value is missing in the matrix.
    """

    matrix: np.ndarray
    is_unseen: np.ndarray
    unusable: np.ndarray

    @property
    def is_usable(self) -> np.ndarray:
        """(rows,) bool: every value is one that XGBoost can compute with."""
        return np.asarray(pd.isna(self.unusable))

    def rows(self, mask: np.ndarray) -> "Encoded":
        """The rows of a (rows,) bool mask."""
        return Encoded(self.matrix[mask], self.is_unseen[mask], self.unusable[mask])


@dataclass(frozen=True)
class Encoder:
    """The features in their order, and the categories that training saw, sorted."""

    features: tuple[Feature, ...]
    categories: dict[str, tuple[str, ...]]

    @property
    def names(self) -> list[str]:
        """Feature names in matrix order."""
        return [feature.name for feature in self.features]

    @property
    def types(self) -> list[str]:
        """XGBoost's feature types in matrix order: ``c`` for categories, ``q`` for quantities."""
        return ["c" if feature.kind == "category" else "q" for feature in self.features]

    def encode(self, frame: pd.DataFrame) -> Encoded:
        """Encode a frame that has (at least) the feature columns.

        Raises:
            KeyError: when a feature column is missing.
        """
        matrix = np.full((len(frame), len(self.features)), np.nan)
        is_unseen = np.zeros(matrix.shape, dtype=bool)
        unusable = np.full(len(frame), None, dtype=object)
        for position, feature in enumerate(self.features):
            column = frame[feature.name]
            if feature.kind != "category":
                values = column.to_numpy(dtype=np.float64, na_value=np.nan)
                is_unusable = np.abs(values) > _LARGEST
                unusable[is_unusable] = feature.name
                matrix[:, position] = np.where(is_unusable, np.nan, values)
                continue
            codes = pd.Categorical(column, categories=list(self.categories[feature.name])).codes
            known = codes >= 0
            matrix[known, position] = codes[known]
            is_unseen[:, position] = column.notna().to_numpy() & ~known
        return Encoded(matrix, is_unseen, unusable)


def fit_encoder(frame: pd.DataFrame, features: tuple[Feature, ...], minimum_category_rows: int) -> Encoder:
    """Learn the categories of the training slice; one with fewer rows than the minimum is left out."""
    categories = {}
    for feature in features:
        if feature.kind == "category":
            counts = frame[feature.name].value_counts()
            categories[feature.name] = tuple(sorted(counts.index[counts >= minimum_category_rows]))
    return Encoder(features, categories)
