"""The gate: may a model become the champion? Pure rules over evaluations; the limits are configuration."""

from dataclasses import dataclass
from typing import Any

from ml.config import Gate
from ml.targets import PROBABILITIES


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


def decide(
    evaluations: dict[str, dict[str, Any]],
    primary_target: str,
    comparison: dict[str, float] | None,
    *,
    has_champion: bool,
    gate: Gate,
) -> Decision:
    """Apply the rules to a version's evaluations.

    ``evaluations``: target -> document of ``TargetEvaluation``. ``comparison``: estimate of the champion's
    log loss minus this model's, or ``None`` without a champion that reads the same features.

    1. accuracy of the primary target reaches the minimum;
    2. no probability is *proven worse* than its base rate (interval wholly below zero);
    3. the primary target is *proven better* than its base rate (interval wholly above the minimum);
    4. it is neither worse than the champion by more than the margin, nor proven worse at all.

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
    if comparison is not None:
        reasons.append(
            _reason(
                "not_worse_than_champion",
                comparison["value"] >= -gate.champion_margin.value and comparison["high"] >= 0,
                f"Gain in log loss over the champion is {_interval(comparison)}, "
                f"at least {-gate.champion_margin.value:g} is asked, and not proven below zero.",
                comparison,
            )
        )
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
        and not has_champion
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


def _reason(rule: str, is_passed: bool, text: str, estimate: dict[str, float]) -> dict[str, Any]:
    numbers = {name: estimate[name] for name in ("value", "low", "high")}
    return {"rule": rule, "is_passed": is_passed, "text": text, **numbers}


def _interval(estimate: dict[str, float]) -> str:
    return f"{estimate['value']:+.4f} [{estimate['low']:+.4f}, {estimate['high']:+.4f}]"
