"""Seniority from the words of a title, or from a federal pay grade."""

import re
from functools import lru_cache

# The scale of the warehouse; the place in it is the rank.
SENIORITIES = ("intern", "junior", "mid", "senior", "lead", "manager", "executive")
_MID = SENIORITIES.index("mid")

# The first pattern that is found decides, so the order matters: "assistant vice president" is no executive,
# and "senior manager" is a manager.
_TITLE_PATTERNS = (
    ("intern", r"\b(?:intern|internship|praktik\w*|werkstudent\w*|working student|stagiaire|apprentice\w*|"
               r"trainee|auszubildende\w*|azubi|student (?:trainee|assistant|worker))\b"),
    ("executive", r"\b(?:ceo|cto|cfo|coo|cio|cmo|chro|ciso|c-level|president|vice president|vp|svp|evp|avp|"
                  r"chief (?!engineer|nurse|accountant|steward)\w+(?: \w+)? ?officer|chief executives?|"
                  r"managing director|executive director|general counsel|founder|co-founder|partner|"
                  r"geschäftsführer\w*)\b"),
    ("manager", r"\b(?:director|head of|head|manager|managing|superintendent|supervisor\w*|foreman|"
                r"leiter\w*|teamleiter\w*|bereichsleiter\w*|deputy chief|chief)\b"),
    ("lead", r"\b(?:lead|leader|team lead|tech lead|principal|staff|architect|distinguished|fellow)\b"),
    ("senior", r"\b(?:senior|sr|snr|expert|advanced|experienced|specialist iii|iii|iv|erfahren\w*)\b"),
    ("junior", r"\b(?:junior|jr|jnr|entry[ -]level|entry|graduate|new grad|associate|assistant|aide|helper|"
               r"beginner|berufseinsteiger\w*|early career|i)\b"),
)  # fmt: skip
_COMPILED = tuple((SENIORITIES.index(name), re.compile(pattern)) for name, pattern in _TITLE_PATTERNS)
# Titles in which a word of the scale names the trade, not the level.
_TRADE = re.compile(
    r"\b(?:product|project|account|program|programme|community|case|category|content|customer success|"
    r"social media|brand|campaign|property|relationship|portfolio|event|risk|data|database|test|release)"
    r"\s+manager\b"
    r"|\b(?:solutions?|software|cloud|data|enterprise|systems?|security|landscape)?\s*architect\b"
    r"|\b(?:staff (?:nurse|accountant|attorney|auditor|assistant|pharmacist|physician))\b"
    r"|\b(?:executive|administrative|medical|dental|nursing|legal|research|physician|teaching|program|"
    r"management|legislative|office|sales|shop|store) assistant\b"
    r"|\bphysician associate\b|\bassociate (?=director|professor)"
    r"|\bexecutive (?=assistant|chef|secretary)|\baccount executive\b|\blead(?= (?:generation|gen)\b)"
)
_NOISE = re.compile(r"[^\w\s-]+")

# General Schedule grades by the experience that the Office of Personnel Management asks for: 5-7 a degree,
# 9-12 a master's or some years, 13-14 experts, 15 the heads of units; the Senior Executive Service above.
_HIGHEST_GRADE = ((4, "intern"), (7, "junior"), (12, "mid"), (14, "senior"), (15, "manager"))


@lru_cache(maxsize=16_384)
def rank_of_title(title: str) -> int:
    """Rank of a title, 0 (intern) to 6 (executive); a title that names no level is 2 (mid)."""
    text = _NOISE.sub(" ", title.lower())
    text = _TRADE.sub(" ", text)
    for rank, pattern in _COMPILED:
        if pattern.search(text):
            return rank
    return _MID


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
