"""``config/models.yaml``: targets, parameters, limits with their reasons; checked whole, at once."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError, model_validator

from cvplus.errors import ConfigurationError
from cvplus.yaml_files import read_yaml

CONFIG_FILE = Path(__file__).resolve().parents[1] / "config" / "models.yaml"

TargetName = Literal["interview_probability", "offer_probability", "salary_prediction", "time_to_hire"]
Share = Annotated[float, Field(gt=0, lt=1)]


class Section(BaseModel):
    """Base of every section: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PastLimit(Section):
    """What a limit was before it was changed, and why it was."""

    value: float
    until: str
    reason: str


class Limit(Section):
    """A number that decides something, with the reason for it."""

    value: float
    reason: str = Field(min_length=10)
    history: list[PastLimit] = []


class Splits(Section):
    """Shares of the snapshot's rows, oldest first."""

    train: Share
    tune: Share
    calibrate: Share
    evaluate: Share
    embargo_days: float = Field(ge=0)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = self.train + self.tune + self.calibrate + self.evaluate
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train, tune, calibrate and evaluate add up to {total:g}, not 1")
        return self


class Encoding(Section):
    """How categories are read."""

    minimum_category_rows: PositiveInt


class Boosting(Section):
    """XGBoost's parameters: those of every target, and what single targets change."""

    rounds: PositiveInt
    early_stopping_rounds: PositiveInt
    parameters: dict[str, str | float | int]
    overrides: dict[TargetName, dict[str, str | float | int]] = {}


class Target(Section):
    """When a target has enough examples to be trained."""

    minimum_training_events: Limit


class Calibration(Section):
    """How probabilities are calibrated."""

    isotonic_from_events: Limit


class Quantiles(Section):
    """Low, median and high as levels of a distribution."""

    quantiles: Annotated[list[Share], Field(min_length=3, max_length=3)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if sorted(self.quantiles) != self.quantiles or self.quantiles[1] != 0.5:
            raise ValueError("quantiles must rise and their middle one must be 0.5")
        return self


class Salary(Quantiles):
    """Pay a year."""

    currency: Literal["USD"]


class TimeToHire(Quantiles):
    """Days from application to offer."""

    scales: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)]
    horizon_days: Limit


class Competitiveness(Section):
    """How much a job's own pool counts beside the general one."""

    prior_weight: Limit
    reference_points: PositiveInt


class InputRun(Section):
    """When a feature of a whole scoring run is unlike training. ``expected``: feature -> why it may be."""

    minimum_pairs: Limit
    null_change: Limit
    psi: Limit
    expected: dict[str, Annotated[str, Field(min_length=10)]] = {}


class InputCheck(Section):
    """When a pair's features look unlike anything that training saw."""

    stretch: float = Field(ge=0)
    outside_share: Limit
    adversarial_entities: list[str]
    adversarial_tails: Limit
    far_tails: Limit
    run: InputRun


class AllowedFeature(Section):
    """A feature that may tell targets as well as it does."""

    targets: Annotated[list[TargetName], Field(min_length=1)]
    reason: str = Field(min_length=10)


class LeakCheck(Section):
    """When a feature is too good to be true."""

    bins: Annotated[int, Field(ge=2)]
    limits: dict[TargetName, Limit]
    dominant_shares: dict[TargetName, Limit]
    sudden_growth: Limit
    sudden_gain: Limit
    gaining_share: Limit
    allowed: dict[str, AllowedFeature] = {}

    @model_validator(mode="after")
    def _every_target(self) -> Self:
        for name in ("limits", "dominant_shares"):
            if missing := sorted(set(get_args(TargetName)) - set(getattr(self, name))):
                raise ValueError(f"{name}: {', '.join(missing)} has none")
        return self

    def is_allowed(self, feature: str, target: str) -> bool:
        """Whether a person has said that the feature is honest about the target."""
        return feature in self.allowed and target in self.allowed[feature].targets


class Evaluation(Section):
    """How metrics and their intervals are computed."""

    bootstrap_rounds: PositiveInt
    confidence: Share
    cluster_column: str
    calibration_bins: PositiveInt


class Gate(Section):
    """What a model must reach to become the champion."""

    minimum_accuracy: Limit
    minimum_improvement: Limit
    champion_margin: Limit
    provisional_calibration_error: Limit


class Scoring(Section):
    """How pairs are scored."""

    chunk_rows: PositiveInt
    reasons: PositiveInt
    threads: PositiveInt
    time_to_live_days: Limit

    @model_validator(mode="after")
    def _lives(self) -> Self:
        if self.time_to_live_days.value <= 0:
            raise ValueError(
                "time_to_live_days must be above 0: a prediction would be made again at every run"
            )
        return self


class ModelsConfig(Section):
    """The whole file."""

    model_name: str
    primary_target: TargetName
    seed: int
    threads: PositiveInt
    splits: Splits
    encoding: Encoding
    boosting: Boosting
    targets: dict[TargetName, Target]
    minimum_slice_events: Limit
    calibration: Calibration
    salary: Salary
    time_to_hire: TimeToHire
    competitiveness: Competitiveness
    input_check: InputCheck
    leak_check: LeakCheck
    evaluation: Evaluation
    gate: Gate
    scoring: Scoring
    training_sample_rows: PositiveInt


@lru_cache
def load_models_config(file: Path = CONFIG_FILE) -> ModelsConfig:
    """Read and check the configuration.

    Raises:
        ConfigurationError: naming the file and every section that is wrong.
    """
    try:
        return ModelsConfig.model_validate(read_yaml(file))
    except (ValidationError, yaml.YAMLError) as error:
        if isinstance(error, ValidationError):
            problems = "; ".join(
                f"{'.'.join(str(part) for part in item['loc']) or 'file'}: {item['msg']}"
                for item in error.errors()
            )
        else:
            problems = str(error).replace("\n", " ")
        raise ConfigurationError(
            cause=f"{file.name} is not valid: {problems}.",
            remedy=f"Correct the sections named in config/{file.name}; docs/models.md explains each.",
        ) from error
