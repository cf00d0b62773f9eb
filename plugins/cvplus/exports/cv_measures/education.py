"""Measures of education."""

from cvplus.enrich.education import isced_level
from cvplus.exports.cv_document import CvDocument, Study
from cvplus.exports.fields_of_study import themes_of

_UNFINISHED_WEIGHT = 0.5
_LEVEL_OF_FULL_WEIGHT = 6


def education_level(cv: CvDocument) -> int | None:
    """Highest level of education named, as ISCED 2011 (0-8); ``None`` when no degree is named that is known.

    8 doctorate, 7 master, 6 bachelor, 5 short-cycle (associate), 4 certificate after school, 3 upper
    secondary, 2 lower secondary, 1 primary, 0 none.
    """
    levels = [level for study in cv.studies if (level := isced_level(study.degree)) is not None]
    return max(levels, default=None)


def relevant_education(cv: CvDocument, target_industry: str | None, as_of: int) -> float | None:
    """How well what was studied fits what is aimed at, 0-1; ``None`` when either is unknown.

    What is aimed at: the themes of the target industry and of the newest title (see ``fields_of_study``). The
    best entry of education counts: 1 for a shared theme, 0.5 for a neighbouring one, times the level as a
    share of a bachelor's (at most 1), halved while it is not finished.
    """
    newest = cv.jobs_in_time()[-1].title if cv.jobs_in_time() else next((job.title for job in cv.jobs), "")
    aims = themes_of(target_industry or "") | themes_of(newest)
    scores = [
        _fit(study, aims) * _weight(study, as_of)
        for study in cv.studies
        if study.field or themes_of(study.degree)
    ]
    return max(scores) if aims and scores else None


def _fit(study: Study, aims: dict[str, float]) -> float:
    """Strongest theme that study and aims share."""
    themes = themes_of(f"{study.field} {study.degree}")
    return max((min(weight, aims.get(theme, 0.0)) for theme, weight in themes.items()), default=0.0)


def _weight(study: Study, as_of: int) -> float:
    level = isced_level(study.degree)
    finished = study.last is None or study.last <= as_of
    share = 1.0 if level is None else min(level / _LEVEL_OF_FULL_WEIGHT, 1.0)
    return share * (1.0 if finished else _UNFINISHED_WEIGHT)
