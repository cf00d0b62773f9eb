"""Seniority from the words of a title, or from a federal pay grade."""

from cvplus.enrich.readers.answer import as_written
from cvplus.enrich.readers.seniority import SENIORITIES, read_seniority

__all__ = ["SENIORITIES", "rank_of_title", "seniority_of"]

_MID = SENIORITIES.index("mid")

# General Schedule grades by the experience that the Office of Personnel Management asks for: 5-7 a degree,
# 9-12 a master's or some years, 13-14 experts, 15 the heads of units; the Senior Executive Service above.
_HIGHEST_GRADE = ((4, "intern"), (7, "junior"), (12, "mid"), (14, "senior"), (15, "manager"))


def rank_of_title(title: str, language: str | None = None) -> int:
    """Rank of a title, 0 (intern) to 6 (executive); a title that names no level is 2 (mid)."""
    seniority = read_seniority(as_written(title), language).value
    return _MID if seniority is None else SENIORITIES.index(seniority.seniority)


def seniority_of(title: str, grade: str | None = None, pay_plan: str | None = None) -> str:
    """Seniority of a posting: by the title's words, else by the federal grade, else ``mid``.

    ``grade`` is the highest grade offered ("09", "13"), read only for the General Schedule's plans (``GS``,
    ``GG``, ``GM``); the Senior Executive Service (``ES``) is executive.
    """
    rank = rank_of_title(title)
    if rank != _MID:
        return SENIORITIES[rank]
    if pay_plan == "ES":
        return "executive"
    if pay_plan in ("GS", "GG", "GM") and grade is not None and grade.isdigit() and int(grade) > 0:
        return next((name for highest, name in _HIGHEST_GRADE if int(grade) <= highest), "manager")
    return SENIORITIES[rank]
