"""Ways to reach a person or a machine: mail, own pages, addresses of networks, wallets, places on earth."""

import re
from collections.abc import Iterator, Sequence

from stdnum import bitcoin, luhn
from stdnum.exceptions import ValidationError

from cvplus.privacy.recognise.spans import Span, occurrences

# A name is read from its first character, or from where another address ended: so each character is
# read once, however long the text; tests/unit/test_patterns.py tries every pattern on hostile texts.
EMAIL = re.compile(r"(?:(?<![\w.+-])[\w.+-]++|(?<=[\w-])[.+][\w.+-]{0,63}+)@[\w-]++(?:\.[\w-]++)+")
_SPELLED_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}+\s{0,2}[\[({]\s?(?:at|AT|@)\s?[\])}]\s{0,2}[\w-]{1,63}"
    r"(?:\s{0,2}(?:\.|[\[({]\s?(?:dot|DOT|\.)\s?[\])}])\s{0,2}[\w-]{1,63}){1,4}"
)
# Hosts whose pages are people's own, and what of a path leads to one. Pages of companies and groups stay.
_PROFILE = re.compile(
    r"(?:linkedin\.com/(?:in|pub)/|xing\.com/(?:profile|people)/|github\.com/|gitlab\.com/|bitbucket\.org/"
    r"|facebook\.com/|fb\.com/|instagram\.com/|twitter\.com/|x\.com/|t\.me/|wa\.me/|tiktok\.com/@|threads\.net/@"
    r"|youtube\.com/@|medium\.com/@|bsky\.app/profile/|mastodon\.social/@|behance\.net/|dribbble\.com/"
    r"|stackoverflow\.com/users/|kaggle\.com/|orcid\.org/|viadeo\.com/|about\.me/|linktr\.ee/|vk\.com/"
    r"|researchgate\.net/profile/|calendly\.com/|reddit\.com/u(?:ser)?/)"
    # A page below a person's or company's own (a repository, a posting) is no profile.
    r"(?!(?:company|companies|jobs?|careers?|about|features|pricing|login|share|sharer|intent|hashtag|groups|orgs"
    r"|topics|search|explore|marketplace|watch|events|pages|school|apps|home)\b)"
    r"(?:in/|profile/|people/)?[\w.%~+-]{2,100}+(?!/[\w-])/?",
    re.IGNORECASE,
)
_HOSTS = (
    "linkedin.com/", "xing.com/", "github.com/", "gitlab.com/", "bitbucket.org/", "facebook.com/", "fb.com/",
    "instagram.com/", "twitter.com/", "x.com/", "t.me/", "wa.me/", "tiktok.com/@", "threads.net/@",
    "youtube.com/@",
    "medium.com/@", "bsky.app/profile/", "mastodon.social/@", "behance.net/", "dribbble.com/",
    "stackoverflow.com/users/", "kaggle.com/", "orcid.org/", "viadeo.com/", "about.me/", "linktr.ee/",
    "vk.com/",
    "researchgate.net/profile/", "calendly.com/", "reddit.com/u",
)  # fmt: skip
_HOST_ENDS = (".com/", ".org/", ".me/", ".net/", ".app/", ".social/", ".ee/")
_BEFORE_HOST = re.compile(r"(?:https?://)?(?:[\w-]{1,20}\.){0,2}\Z", re.IGNORECASE)
_REACH_BEFORE_HOST = 50
# A page under a person's own name: "~lena" on a server, or an address that a person's word goes before.
_HOME_PAGE = re.compile(
    r"https?://[\w.-]{3,100}/~[\w.-]{1,40}|(?<![\w/])[\w-]{1,40}\.(?:github|gitlab)\.io\b"
)
_OWN_SITE = re.compile(
    r"(?:portfolio|personal (?:web)?site|my (?:web)?site|my blog|homepage|eigene (?:web)?seite|site personnel"
    r"|sitio personal|sito personale|persoonlijke (?:web)?site|strona osobista)\W{0,4}"
    r"((?:https?://)?(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}(?:/[\w./~%-]{0,200})?)",
    re.IGNORECASE,
)
_OWN_SITE_HINTS = (
    "portfolio", "personal", "my site", "my website", "my blog", "homepage", "eigene", "persoonlijke",
    "strona",
)  # fmt: skip
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_VERSION_BEFORE = re.compile(
    r"(?:\bv|version|release|build|firmware|net|patch|section|§)[\s.:]{0,3}$", re.IGNORECASE
)
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_HYPHENS = re.compile(r"-[0-9A-Fa-f]{2}-")
_HEX_BEFORE = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{0,4}\Z")
_IPV6 = re.compile(
    r"(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
    r"|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}|::(?:[0-9A-Fa-f]{1,4}:){0,5}[0-9A-Fa-f]{1,4})(?![\w:])"
)
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:-])")
_MAC_DOTTED = re.compile(r"[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])")
_COORDINATES = re.compile(
    r"(-?\d{1,2}\.\d{4,15})(?:\s?°?\s?[NS]\b"
    r"|°)?\s{0,2}[,;/ ]\s{0,2}(-?\d{1,3}\.\d{4,15})(?:\s?°?\s?[EWO]\b|°)?(?![\w]|\.\d)"
)
_DEGREES = re.compile(
    r"\d{1,2}°\s?\d{1,2}['′]\s?\d{1,2}(?:\.\d{1,6})?[\"″]?\s?[NS]\W{1,3}\d{1,3}°\s?\d{1,2}['′]\s?"
    r"\d{1,2}(?:\.\d{1,6})?[\"″]?\s?[EWO]\b"
)
_ETHEREUM = re.compile(r"0x[0-9a-fA-F]{40}")
_OTHER_WALLET = re.compile(
    r"[LM][1-9A-HJ-NP-Za-km-z]{33}|T[1-9A-HJ-NP-Za-km-z]{33}|r[1-9A-HJ-NP-Za-km-z]{26,34}"
    r"|4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}|(?:ltc|addr)1[0-9a-z]{30,100}"
)
_DOTS = re.compile(r"\.[0-9a-f]{4}\.")
_IMEI_DIGITS = 15


def emails(text: str) -> Iterator[Span]:
    """Addresses of mail, also with a spelled-out sign (``lena (at) example (dot) org``)."""
    if "@" in text:
        for match in EMAIL.finditer(text):
            yield Span(*match.span(), "email")
    if any(
        sign in text for sign in ("(at)", "[at]", "{at}", "( at )", "[ at ]", "(AT)", "[AT]", "[@]", "(@)")
    ):
        for match in _SPELLED_EMAIL.finditer(text):
            yield Span(*match.span(), "email")


def profiles(text: str, lowered: str) -> Iterator[Span]:
    """Pages that are one person's: profiles on known hosts, pages under ``~name``, sites called one's own."""
    has_host = any(end in lowered for end in _HOST_ENDS)
    for host in occurrences(lowered, _HOSTS) if has_host else ():
        match = _PROFILE.match(text, host)
        if match is None:
            continue
        before = _BEFORE_HOST.search(text[max(0, host - _REACH_BEFORE_HOST) : host])
        start = host - (len(before.group()) if before else 0)
        if start == 0 or not text[start - 1].isalnum():
            yield Span(start, match.end(), "profile")
    if "/~" in text or "hub.io" in lowered or "lab.io" in lowered:
        for match in _HOME_PAGE.finditer(text):
            yield Span(*match.span(), "profile")
    for hint in occurrences(lowered, _OWN_SITE_HINTS):
        if match := _OWN_SITE.match(text, hint):
            yield Span(*match.span(1), "profile")


def machines(text: str, runs: Sequence[re.Match[str]]) -> Iterator[Span]:
    """Addresses of machines: IPv4, IPv6, MAC. ``runs`` are the runs of digits of the text."""
    for run in runs:
        start = run.start()
        if (
            text[run.end() : run.end() + 1] != "."
            or text[start - 1 : start] == "."
            or _is_in_word(text, start)
        ):
            continue
        if match := _IPV4.match(text, start):
            parts = [int(part) for part in match.group().split(".")]
            is_version = max(parts) < 10 or _VERSION_BEFORE.search(text[max(0, start - 12) : start])
            if max(parts) <= 255 and not is_version:
                yield Span(*match.span(), "ip_address")
    done = 0
    for sign, pattern in ((":", _COLONS), ("-", _HYPHENS), (".", _DOTS)):
        if text.count(sign) < 2:
            continue
        done = 0
        for found in pattern.finditer(text):
            if found.start() < done:
                continue
            begin = max(0, found.start() - 5)
            before = _HEX_BEFORE.search(text[begin : found.start()])
            if before is None:
                continue
            for form, kind in ((_MAC, "mac_address"), (_MAC_DOTTED, "mac_address"), (_IPV6, "ip_address")):
                match = form.match(text, begin + before.start())
                if match and any(character.isdigit() for character in match.group()):
                    done = match.end()
                    yield Span(*match.span(), kind)
                    break


def places(text: str, runs: Sequence[re.Match[str]]) -> Iterator[Span]:
    """Coordinates to a ten-thousandth of a degree (some ten metres) or in seconds."""
    for run in runs:
        start, end = run.span()
        sign = text[end : end + 1]
        if (
            end - start > 2
            or sign not in (".", "°")
            or text[start - 1 : start] in (".", ",")
            or _is_in_word(text, start)
        ):
            continue
        if sign == "." and (match := _COORDINATES.match(text, start)):
            if abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180:
                yield Span(start - (text[start - 1 : start] == "-"), match.end(), "coordinates")
        elif sign == "°" and (match := _DEGREES.match(text, start)):
            yield Span(*match.span(), "coordinates")


def _is_in_word(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_")


def is_wallet(token: str) -> bool:
    """Whether a word is the address of a wallet (Bitcoin by its check sum, others by their form)."""
    if _ETHEREUM.fullmatch(token) or _OTHER_WALLET.fullmatch(token):
        return True
    if token[0] not in "13" and not token.startswith("bc1"):
        return False
    try:
        bitcoin.validate(token)
    except ValidationError:
        return False
    return True


def is_imei(digits: str) -> bool:
    """Whether fifteen digits can be the number of a telephone set."""
    return len(digits) == _IMEI_DIGITS and luhn.is_valid(digits)
