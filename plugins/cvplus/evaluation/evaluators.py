"""What is measured, by group. What lies beside the checkout is not measured where it is not there."""

from collections.abc import Callable

from cvplus.enrich.evaluation import agreement_by_language, compare_with_labels, read_labels
from cvplus.evaluation.figures import Figure, f1_estimate
from cvplus.settings import PROJECT_ROOT

REAL_DATA = PROJECT_ROOT.parent / "shared" / "data" / "real"
LABELLED = PROJECT_ROOT / "tests" / "unit" / "readers" / "labelled"
_LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "nl": "Dutch",
    "sv": "Swedish",
    "ja": "Japanese",
    "zh": "Chinese",
}


def skills() -> list[Figure]:
    """F1 of the skills found in labelled postings, of their required and preferred ones together."""
    held_out = [
        posting for posting in read_labels(sorted(LABELLED.glob("*.jsonl"))) if posting["split"] == "final"
    ]
    figures = [
        Figure(
            "skills",
            "F1",
            f"labelled postings, {_LANGUAGES[one.language]}",
            one.postings,
            one.agreement.f1,
            one.f1_low,
            one.f1_high,
            aim=0.8,
            note="not tuned on" if one.language in ("en", "de") else "not tuned on; texts written for this",
        )
        for one in agreement_by_language(held_out)
    ]
    labels = REAL_DATA / "postings" / "posting_text_skill_labels.jsonl"
    if labels.exists():
        agreement = compare_with_labels(read_labels([labels]))
        f1 = f1_estimate(agreement.counts)
        size = len(agreement.counts)
        data = "labelled postings of another project, English"
        figures.append(
            Figure("skills", "F1", data, size, f1.value, f1.low, f1.high, aim=0.85, note="seen while tuning")
        )
    return figures


EVALUATORS: dict[str, Callable[[], list[Figure]]] = {"skills": skills}
