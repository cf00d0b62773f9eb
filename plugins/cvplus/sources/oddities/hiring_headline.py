"""The first line of a "Who is hiring?" comment, read part by part; a convention, not a format.

"Acme Robotics (YC W21) | Senior Data Engineer | Chicago, IL or REMOTE (US) | $150k-$180k + equity" is the
custom; parts are left out, doubled and shuffled. Nothing is guessed that no part says.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cvplus.sources.entities import resolve_entities

# Whatever people write is read in time that grows with its length: what repeats is bounded, or it begins only
# where the repetition does and gives nothing back.
_PARAGRAPH = re.compile(r"<\s*+/?\s*+(?:p|br)\b[^>]{0,2000}>|\n", re.IGNORECASE)
_LINK = re.compile(r"""<a\s[^<>]{0,500}?href\s*=\s*["']([^"'<>]+)["'][^<>]{0,500}>[^<]*</a>""", re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,2000}>")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>|()\[\]\"']+", re.IGNORECASE)
_MAIL = re.compile(r"(?:(?<![\w.+-])[\w.+-]++|(?<=[\w-])[.+][\w.+-]{0,63}+)@[\w-]++(?:\.[\w-]++)+")
_BLANKS = re.compile(r"\s+")
_DASHES = re.compile(r"(?<!\s)\s++[-–—•·]\s++")

_REMOTE = re.compile(
    r"\b(?:fully[ -])?remote(?:[ -](?:only|first|friendly|ok))?\b|\bwfh\b|\banywhere\b", re.IGNORECASE
)
_NO_REMOTE = re.compile(r"\b(?:no|not|non)[ -](?:\w+ )?remote\b", re.IGNORECASE)
_PRESENCE = re.compile(r"\b(?:on-?\s?site|in[ -](?:office|person)|hybrid)\b", re.IGNORECASE)
_TERMS = re.compile(
    r"\b(?:full|part)[ -]?time\b|\b(?:contract(?:or)?|freelance|permanent|interns?(?:hips?)?|co-?op|FTE)\b"
    r"|\bvisas?\b|\bsponsor\w*|\brelocation\b|\bseries [a-f]\b|\bseed\b|\bbootstrapped\b|\bYC\b",
    re.IGNORECASE,
)
_SIGN = r"(?:US|CA|C|AU|A|SG|S|NZ|HK|NT|R)?[$€£₹¥]"
_CODE = r"\b(?:USD|EUR|GBP|CAD|AUD|CHF|SGD|NZD|HKD|INR|JPY|CNY|SEK|NOK|DKK|PLN|BRL|MXN|ZAR|ILS)\b"
_FIGURE = r"\d[\d.,']{0,20}\s?k?\+?"
_PAY = re.compile(
    rf"(?:{_SIGN}|{_CODE}\s?{_SIGN}|{_CODE})\s?{_FIGURE}(?:\s?{_CODE})?"
    rf"(?:\s?(?:-|–|—|to)\s?(?:{_CODE}\s?)?(?:{_SIGN})?\s?{_FIGURE})?"
    rf"(?:\s?{_CODE})?(?:\s?(?:/|per |an? )\s?(?:year|yr|annum|month|mo|week|wk|hour|hr|day)\b|\s?p\.a\.)?"
    rf"|\b\d[\d.,']{{0,20}}\s?k?\s?(?:-|–|—|to)\s?\d[\d.,']{{0,20}}\s?k\b\+?(?:\s?[$€£₹]|\s?{_CODE})?",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:engineers?|engineering (?:manager|lead)|developers?|programmers?|architects?|designers?"
    r"|scientists?|analysts?|researchers?|managers?|directors?|head of \w+|vp\b|cto|ceo|cfo|coo|leads?|sre"
    r"|devops|sysadmins?|administrators?|consultants?|recruiters?|writers?|marketers?|representatives?"
    r"|specialists?|technicians?|accountants?|co-?founders?|(?:front|back)[ -]?end|full[ -]?stack"
    r"|product owner|scrum master|qa|sdet|swe|dba|devrel)\b",
    re.IGNORECASE,
)
# Words that say how and on what terms one works, and no place.
_NO_PLACE = re.compile(
    "|".join(f"(?:{one.pattern})" for one in (_NO_REMOTE, _REMOTE, _PRESENCE, _TERMS)), re.I
)
_SEVERAL = re.compile(
    r"\b(?:multiple|various|several|many) (?:\w+ )?(?:roles|positions|openings|jobs)\b", re.IGNORECASE
)
_SPLIT_ROLES = re.compile(r"\s?(?:,|;|/|&| and | or )\s*(?=\S)", re.IGNORECASE)
_LONGEST_NAME = 80
# A place is a comma between names ("Chicago, IL"), or a name by itself of at most four words.
_PLACE = re.compile(
    rf"^(?=.{{1,{_LONGEST_NAME}}}$)[A-ZÀ-Þ][\w.'’À-ÿ-]*(?:[ -][A-ZÀ-Þ(][\w.'’()À-ÿ-]*){{0,3}}"
    r"(?:\s?[,/;&+]\s?[A-ZÀ-Þ][\w. '’À-ÿ-]*+)*$"
)
_ASIDE = re.compile(r"(?<!\s)\s*+\([^)]{0,500}\)")
_BEFORE = re.compile(r"^(?:\W|\b(?:or|and|in|based|at|from)\b)+")
_AFTER = re.compile(
    r"(?<![^\w.])(?<!\bor)(?<!\band)(?<!\bin)(?<!\bbased)(?<!\bpreferred)(?<!\bonly)"
    r"(?:[^\w.]|\b(?:or|and|in|based|preferred|only)\b)+$"
)
_MARKS = " ,;:-–—()[]*_"
# Hosts of job boards, forms and networks: the address there does not tell the company's own.
_SHARED_HOSTS = (
    "greenhouse.io", "lever.co", "ashbyhq.com", "workable.com", "smartrecruiters.com", "breezy.hr",
    "bamboohr.com", "recruitee.com", "personio.de", "personio.com", "teamtailor.com", "google.com", "goo.gl",
    "forms.gle", "bit.ly", "linkedin.com", "ycombinator.com", "workatastartup.com", "wellfound.com",
    "angel.co", "github.com", "notion.site", "notion.so", "typeform.com", "youtube.com", "medium.com",
    "twitter.com", "x.com", "airtable.com", "rippling.com",
)  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """What the first line says.

    ``roles``: the first is the posting's title. ``is_remote``: ``None`` where nothing, or a mixture, is said.
    ``pay``: the amount or range as written. ``confidence``: share (0-1) of the line's parts that were
    recognised, halved where it is not divided by ``|``; 0 without a company and a role.
    """

    company: str | None = None
    roles: list[str] = field(default_factory=list)
    location: str | None = None
    is_remote: bool | None = None
    pay: str | None = None
    link: str | None = None
    domain: str | None = None
    confidence: float = 0.0


def parse_headline(markup: str) -> Headline:
    """Read the first line of a comment, HTML as Hacker News gives it (entities also in links).

    A line without a company and a role is no posting: only its link, place, pay and the like are told then.
    """
    first = next((line for line in _PARAGRAPH.split(markup) if _plain(line)), "")
    links = [resolve_entities(link) for link in _LINK.findall(first)] + _ADDRESS.findall(
        _plain(_LINK.sub(" ", first))
    )
    link = next(iter(links), None)
    text = _MAIL.sub(" ", _ADDRESS.sub(" ", _plain(_LINK.sub(" ", first))))
    parts, is_divided = _parts(text)
    company = _company(parts[0]) if parts else None
    roles: list[str] = []
    location = pay = None
    remote: list[str] = []
    recognised = 1 if company else 0
    for part in parts[1:]:
        found_pay = _PAY.search(part)
        rest = part.replace(found_pay[0], " ") if found_pay else part
        is_known = bool(found_pay or _TERMS.search(rest) or _works(rest) or _SEVERAL.search(rest))
        pay = pay or (_BLANKS.sub(" ", found_pay[0]).strip() if found_pay else None)
        if _ROLE.search(rest) and not _SEVERAL.search(rest):
            roles += _roles(rest)
            is_known = True
        else:
            place = _place(rest)
            location = location or place
            is_known = is_known or place is not None
        remote.append(rest)
        recognised += is_known
    is_posting = company is not None and bool(roles)
    confidence = recognised / len(parts) * (1.0 if is_divided else 0.5) if is_posting else 0.0
    return Headline(
        company=company if is_posting else None,
        roles=roles if is_posting else [],
        location=location,
        is_remote=_is_remote(" | ".join(remote)),
        pay=pay,
        link=link,
        domain=_domain(link),
        confidence=round(confidence, 2),
    )


def plain_comment(markup: str) -> str:
    """The text of a comment in paragraphs without markup, links as their addresses."""
    spelled = _LINK.sub(lambda match: f" {resolve_entities(match[1])} ", markup)
    return "\n".join(filter(None, (_plain(line) for line in _PARAGRAPH.split(spelled))))


def _plain(markup: str) -> str:
    return _BLANKS.sub(" ", resolve_entities(_TAG.sub(" ", markup))).strip()


def _parts(text: str) -> tuple[list[str], bool]:
    """The parts of a line, and whether it is divided as the custom has it."""
    is_divided = "|" in text
    parts = text.split("|") if is_divided else _DASHES.split(text)
    return [part for part in (part.strip(" ,;:-–—*_") for part in parts) if part.strip(_MARKS)], is_divided


def _company(part: str) -> str | None:
    """The first part as a name, without asides such as "(YC W21)"; ``None`` where it is none."""
    name = _ASIDE.sub("", part).strip(_MARKS)
    is_none = (
        len(name) > _LONGEST_NAME or name.endswith(("?", "!")) or not _NO_PLACE.sub("", name).strip(_MARKS)
    )
    return None if is_none or _PAY.search(name) or _SEVERAL.search(name) else name


def _works(text: str) -> bool:
    return bool(_REMOTE.search(text) or _PRESENCE.search(text))


def _is_remote(text: str) -> bool | None:
    if _NO_REMOTE.search(text):
        return False
    is_remote, is_present = bool(_REMOTE.search(text)), bool(_PRESENCE.search(text))
    return None if is_remote == is_present else is_remote


def _roles(part: str) -> list[str]:
    """The roles that a part names: it is divided only where each piece is a role of its own."""
    whole = _BLANKS.sub(
        " ", _TERMS.sub(" ", _REMOTE.sub(" ", _PRESENCE.sub(" ", _ASIDE.sub("", part))))
    ).strip(_MARKS)
    pieces = _SPLIT_ROLES.split(whole)
    return pieces if all(_ROLE.search(piece) for piece in pieces) else [whole]


def _place(part: str) -> str | None:
    """The first place in a part that may also say how one works there; ``None`` where it names none."""
    for piece in _NO_PLACE.split(part):
        outside = _trimmed(_ASIDE.sub(" ", piece))
        name = _BLANKS.sub(" ", outside or _trimmed(piece.replace("(", " ").replace(")", " ")))
        if _PLACE.match(name):
            return name
    return None


def _trimmed(text: str) -> str:
    """The text without the words that lead to a place and follow it."""
    return _AFTER.sub("", _BEFORE.sub("", text))


def _domain(link: str | None) -> str | None:
    name = ""
    with suppress(ValueError):  # what people write in brackets is no address to Python
        name = (urlsplit(link if "//" in link else f"//{link}").hostname or "") if link else ""
    name = name.removeprefix("www.")
    is_shared = any(name == shared or name.endswith(f".{shared}") for shared in _SHARED_HOSTS)
    return name if name and not is_shared else None
