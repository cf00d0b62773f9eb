"""What a registered version needs of the configuration that it was trained with, and carries.

``config/models.yaml`` is today's: it says how the next version is trained. A version that was trained
yesterday is read by what it carries itself, so a key that came since, or went, does not concern it. Unknown
keys are passed over here; a key that an older version cannot have has a default, with what it means.
"""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from ml.config import ModelsConfig


class Carried(BaseModel):
    """Base of every section: immutable; what a version carries beyond it does not matter."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CarriedLimit(Carried):
    """The number alone; the reason for it stands in the configuration that the version carries."""

    value: float


class CarriedSalary(Carried):
    """Pay a year."""

    currency: str


class CarriedTimeToHire(Carried):
    """Days that an example was watched."""

    horizon_days: CarriedLimit


class CarriedCompetitiveness(Carried):
    """How much a job's own pool counts."""

    prior_weight: CarriedLimit


class CarriedInputCheck(Carried):
    """When a pair looks unlike training. ``far_tails`` came later: versions of before do not have it."""

    outside_share: CarriedLimit
    adversarial_entities: list[str]
    adversarial_tails: CarriedLimit
    far_tails: CarriedLimit | None = None


class CarriedScoring(Carried):
    """How boosters compute; the result does not depend on it."""

    threads: int = 1


class VersionSettings(Carried):
    """The part of a version's own configuration that its predictions depend on."""

    threads: int = 1
    salary: CarriedSalary
    time_to_hire: CarriedTimeToHire
    competitiveness: CarriedCompetitiveness
    input_check: CarriedInputCheck
    scoring: CarriedScoring = CarriedScoring()

    @classmethod
    def of(cls, config: ModelsConfig) -> Self:
        """What a version that is trained with today's configuration will carry."""
        return cls.read(config.model_dump(mode="json"))

    @classmethod
    def read(cls, document: dict[str, Any]) -> Self:
        """From the configuration that a version carries, of whatever day.

        Raises:
            ValidationError: a key is not there that a version of any day has.
        """
        return cls.model_validate(document)
