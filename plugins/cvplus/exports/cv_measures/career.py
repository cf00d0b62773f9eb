"""Measures of a career: how long, how often changed, which way, and how much of it could be read.

A job whose dates cannot be read is no time without work. What it could make wrong is ``None`` beside it;
``career_read_share`` tells of the rest how far it reaches.
"""

from itertools import groupby, pairwise

from cvplus.enrich.seniority import rank_of_title
from cvplus.exports.cv_dates import MONTHS_IN_A_YEAR, Span, merged
from cvplus.exports.cv_document import CvDocument, Job

_HIGHEST_RANK = 6


def career_read_share(cv: CvDocument) -> float | None:
    """Share of the jobs told whose dates are read, 0 to 1; ``None`` where no job is told."""
    jobs = cv.told_jobs()
    return sum(job.dates.are_read for job in jobs) / len(jobs) if jobs else None


def total_experience(cv: CvDocument, as_of: int) -> float | None:
    """Years worked up to ``as_of``. Overlapping jobs count once, an open job runs to ``as_of``.

    0 where no job is told; of a career that is read in part, the part; ``None`` where jobs are told and none
    could be read.
    """
    if career_read_share(cv) == 0:
        return None
    return sum(span.months for span in _worked(cv, as_of)) / MONTHS_IN_A_YEAR


def job_changes(cv: CvDocument) -> int | None:
    """Moves from one employer to another, in order of time; ``None`` where a job's place in it is unknown.

    A new title with the same employer is no change. Jobs without a company count as employers of their own.
    """
    jobs = cv.told_jobs()
    if len(jobs) > 1 and any(job.first is None for job in jobs):
        return None
    return max(len(_stints(cv.jobs_in_time())) - 1, 0)


def average_tenure(cv: CvDocument, as_of: int) -> float | None:
    """Mean years with an employer up to ``as_of``; ``None`` without a dated job.

    Jobs in a row with the same employer are one stay.
    """
    stays = [
        sum(span.months for span in merged(spans))
        for stint in _stints(cv.jobs_in_time())
        if (spans := [span for job in stint if (span := job.span(as_of)) is not None])
    ]
    return sum(stays) / len(stays) / MONTHS_IN_A_YEAR if stays else None


def career_progression(cv: CvDocument) -> float | None:
    """Slope of seniority across titles, -1 to 1 (intern to executive); ``None`` below two dated titles.

    The least-squares line through the rank of each title (0 intern ... 6 executive, see ``enrich.seniority``)
    against its place in time, first job 0 and last job 1; its rise as a share of the whole scale. Place in
    time rather than years, so that a slow climb counts as much as a fast one: how fast is told by
    ``total_experience``.
    """
    ranks = [rank_of_title(job.title) for job in cv.jobs_in_time() if job.title]
    if len(ranks) < 2:
        return None
    places = [index / (len(ranks) - 1) for index in range(len(ranks))]
    mean_rank = sum(ranks) / len(ranks)
    covariance = sum((place - 0.5) * (rank - mean_rank) for place, rank in zip(places, ranks, strict=True))
    variance = sum((place - 0.5) ** 2 for place in places)
    return max(-1.0, min(1.0, covariance / variance / _HIGHEST_RANK))


def longest_gap_months(cv: CvDocument, as_of: int) -> int | None:
    """Longest time between two jobs, time since the last left out.

    ``None`` without a dated job, and where one is unread: it may fill the gap.
    """
    spans = _worked(cv, as_of)
    if not spans or career_read_share(cv) != 1:
        return None
    return max((later.first - earlier.after for earlier, later in pairwise(spans)), default=0)


def months_since_last_job(cv: CvDocument, as_of: int) -> int | None:
    """Months from the end of the last job to ``as_of``, 0 for who works.

    ``None`` without a dated job, and for who doesn't work by the jobs that are read, where one is unread.
    """
    spans = _worked(cv, as_of)
    months = as_of + 1 - spans[-1].after if spans else None
    return months if months == 0 or career_read_share(cv) == 1 else None


def _worked(cv: CvDocument, as_of: int) -> list[Span]:
    return merged(span for job in cv.jobs if (span := job.span(as_of)) is not None)


def _stints(jobs: list[Job]) -> list[list[Job]]:
    """Jobs in a row with the same employer, together."""
    numbered = [(job.company.casefold() or f"#{number}", job) for number, job in enumerate(jobs)]
    return [[job for _, job in stint] for _, stint in groupby(numbered, key=lambda pair: pair[0])]
