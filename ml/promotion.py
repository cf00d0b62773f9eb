"""The gate: may a model become the champion? Pure rules over evaluations; the limits are configuration."""

from dataclasses import dataclass
from typing import Any

from ml.config import Gate
from ml.targets import PROBABILITIES

CHAMPION_JUDGED_WHOLE = "champion_judged_whole"


@dataclass(frozen=True)
class Decision:
    """``reasons``: one entry a rule: {rule, is_passed, text, …numbers}."""

    is_promoted: bool
    is_provisional: bool
    reasons: list[dict[str, Any]]

    @property
    def summary(self) -> str:
        """One sentence for a log."""
        failed = [reason["text"] for reason in self.reasons if not reason["is_passed"]]
        if self.is_promoted:
            return "Promoted provisionally: " + " ".join(failed) if self.is_provisional else "Promoted."
        return "Kept out: " + " ".join(failed)


@dataclass(frozen=True)
class Comparison:
    """How a version does beside the one that serves, on the same rows, each on its own features.

    ``champion``: the version that serves. ``estimate``: {value, low, high} of its log loss minus this
    version's; ``None`` where it does not predict the target. ``obstacles``: why it was not judged as it was
    made, such as features that were lost, which were null for it in the estimate. ``log_loss``: of this
    version; ``champion_log_loss``: of the other by its own evaluation, when it was made.
    """

    champion: str
    estimate: dict[str, Any] | None
    log_loss: float
    obstacles: tuple[str, ...] = ()
    champion_log_loss: float | None = None

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Comparison":
        """The inverse of ``dataclasses.asdict``."""
        return cls(**document | {"obstacles": tuple(document["obstacles"])})


def decide(
    evaluations: dict[str, dict[str, Any]],
    primary_target: str,
    comparison: Comparison | None,
    *,
    gate: Gate,
) -> Decision:
    """Apply the rules to a version's evaluations.

    ``evaluations``: target -> document of ``TargetEvaluation``. ``comparison``: with the version that serves;
    ``None`` only where none does.

    1. accuracy of the primary target reaches the minimum;
    2. no probability is *proven worse* than its base rate (interval wholly below zero);
    3. the primary target is *proven better* than its base rate (interval wholly above the minimum);
    4. it is neither worse than the champion by more than the margin, nor proven worse at all;
    5. the champion was judged as it was made: where features that it needs were lost, what is left of it is
       no measure, and a version that beats it may be worse than it was. Then a person decides.

    Without a champion, a model that fails rule 3 alone and is well calibrated serves provisionally: the
    alternative is no prediction at all, and its probabilities are honest, only hardly sharper than a
    constant. The first model that passes all rules replaces it.
    """
    primary = evaluations[primary_target]
    if not primary["is_trained"]:
        text = f"{primary_target} was not trained: {primary['reason']}."
        return Decision(False, False, [{"rule": "is_trained", "is_passed": False, "text": text}])
    metrics = primary["metrics"]
    accuracy = metrics["accuracy"]
    gain = metrics["log_loss_improvement"]
    reasons = [
        _reason(
            "minimum_accuracy",
            accuracy["value"] >= gate.minimum_accuracy.value,
            f"Accuracy of {primary_target} is {accuracy['value']:.3f} "
            f"[{accuracy['low']:.3f}, {accuracy['high']:.3f}], {gate.minimum_accuracy.value:g} is asked.",
            accuracy,
        )
    ]
    for target in PROBABILITIES:
        if evaluations[target]["is_trained"]:
            own = evaluations[target]["metrics"]["log_loss_improvement"]
            reasons.append(
                _reason(
                    f"not_worse_than_base_rate:{target}",
                    own["high"] >= 0,
                    f"Gain in log loss of {target} over the base rate is {_interval(own)}.",
                    own,
                )
            )
    if comparison is not None and comparison.estimate is not None:
        reasons.append(_beside_champion(comparison.estimate, gate.champion_margin.value))
    if comparison is not None and comparison.obstacles:
        reasons.append(_not_comparable(comparison))
    is_acceptable = all(reason["is_passed"] for reason in reasons)
    is_better = gain["low"] > gate.minimum_improvement.value
    reasons.append(
        _reason(
            "better_than_base_rate",
            is_better,
            f"Gain in log loss of {primary_target} over the base rate is {_interval(gain)}"
            + ("." if is_better else ": the interval does not lie above zero, so no gain is claimed."),
            gain,
        )
    )
    error = metrics["calibration_error"]
    is_provisional = (
        is_acceptable
        and not is_better
        and comparison is None
        and error["value"] <= gate.provisional_calibration_error.value
    )
    if is_provisional:
        reasons.append(
            _reason(
                "provisional_first_model",
                True,
                f"There is no champion, and the calibration error is {error['value']:.3f}.",
                error,
            )
        )
    return Decision(is_acceptable and (is_better or is_provisional), is_provisional, reasons)


def _beside_champion(gain: dict[str, float], margin: float) -> dict[str, Any]:
    return _reason(
        "not_worse_than_champion",
        gain["value"] >= -margin and gain["high"] >= 0,
        f"Gain in log loss over the champion is {_interval(gain)}, "
        f"at least {-margin:g} is asked, and not proven below zero.",
        gain,
    )


def _not_comparable(comparison: Comparison) -> dict[str, Any]:
    before = comparison.champion_log_loss
    told = "unknown" if before is None else f"{before:.4f}"
    return {
        "rule": CHAMPION_JUDGED_WHOLE,
        "is_passed": False,
        "text": f"Champion {comparison.champion} could not be judged as it was made: "
        f"{', '.join(comparison.obstacles)}. "
        f"Its log loss was {told} when it was made, this version's is {comparison.log_loss:.4f}. "
        "A person decides.",
        "obstacles": list(comparison.obstacles),
        "champion_log_loss": before,
        "log_loss": comparison.log_loss,
    }


def _reason(rule: str, is_passed: bool, text: str, estimate: dict[str, float]) -> dict[str, Any]:
    numbers = {name: estimate[name] for name in ("value", "low", "high")}
    return {"rule": rule, "is_passed": is_passed, "text": text, **numbers}


def _interval(estimate: dict[str, float]) -> str:
    return f"{estimate['value']:+.4f} [{estimate['low']:+.4f}, {estimate['high']:+.4f}]"
