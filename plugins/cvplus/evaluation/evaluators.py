"""What is measured, by group. What lies beside the checkout is not measured where it is not there."""

from collections.abc import Callable

from cvplus.enrich.evaluation import agreement_by_language, compare_with_labels, read_labels
from cvplus.enrich.occupations.evaluation import Share, figures_of, filing_figures
from cvplus.enrich.occupations.fit import esco_lesson, fit
from cvplus.evaluation.figures import Figure, f1_estimate, share_of
from cvplus.evaluation.linking import linking
from cvplus.evaluation.predictions import predictions
from cvplus.evaluation.readers import readers
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

# Ten points above a nearest-name peer (TF-IDF of characters over ESCO's names) on the same kind of titles.
_TITLE_AIMS = {
    **{
        f"{language} right at the occupation, nothing held back": peer + 0.1
        for language, peer in {"de": 0.48, "en": 0.43, "fr": 0.70, "nl": 0.41, "sv": 0.34}.items()
    },
    "all right at the group, of answers": 0.9,
    "filings answered": 0.8,
    "filings right at the minor group, of answers": 0.75,
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


def titles() -> list[Figure]:
    """Occupations of titles: of national classifications in five languages, and of filings for visas."""
    lesson = esco_lesson()
    judged = fit(lesson)[1]
    note = "each judged by rankers fitted without it, nothing by heart"
    figures = [_title_figure(one, "national titles", note) for one in figures_of(lesson.languages, judged)]
    filings = REAL_DATA / "pay" / "h1b_lca_fy2016_sample.csv.gz"
    if filings.exists():
        data = "H-1B filings, the filer's SOC"
        figures += [_title_figure(one, data, "seen while tuning") for one in filing_figures(filings)]
    return figures


def _title_figure(one: Share, data: str, note: str) -> Figure:
    share, aim = share_of(one.right, one.of), _TITLE_AIMS.get(one.name)
    return Figure("titles", one.name, data, one.of, share.value, share.low, share.high, aim=aim, note=note)


EVALUATORS: dict[str, Callable[[], list[Figure]]] = {
    "readers": readers,
    "skills": skills,
    "titles": titles,
    "linking": linking,
    "predictions": predictions,
}
