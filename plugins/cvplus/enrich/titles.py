"""Job titles: cleaned of what is not the job, and matched to occupations of the SOC and of ESCO."""

import re
from collections.abc import Sequence

from cvplus.enrich.occupations.known import EAST_ASIAN
from cvplus.enrich.occupations.matching import EITHER_EAST_ASIAN, OccupationMatch, load_title_matcher
from cvplus.enrich.occupations.words import LANGUAGES, LONGEST_TITLE
from cvplus.enrich.readers.answer import Text, as_written
from cvplus.enrich.readers.language import read_languages

__all__ = ["OccupationMatch", "languages_of", "match_titles", "normalized_title", "plain_title"]

_EAST_ASIAN = re.compile(r"[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_BRACKETS = re.compile(r"[(\[{][^)\]}]{0,500}[)\]}]")
_GENDER = re.compile(
    r"\b[mwfdx](?:\s*/\s*[mwfdxn*]){1,3}\b|(?<=\w)[*:_/-]?(?:in(?:nen)?)\b(?=\s*\()|[:*]in\b", re.IGNORECASE
)
# It begins where the blanks do and takes all that follows, so no character is read twice.
_AFTER_TITLE = re.compile(
    r"(?<!\s)\s++(?:[-–—|@/]|at|bei|in|for|für)\s.*|[,;:|].*|\s[-–—].*", re.IGNORECASE | re.DOTALL
)
_NOT_WORD = re.compile(r"[^\w+#.&/ ]+|(?<!\w)[./&]|[./&](?!\w)")
_LEVEL_WORDS = re.compile(
    r"\b(?:senior|sr|snr|junior|jr|jnr|lead|principal|(?<!chief of )staff|entry[ -]level|mid[ -]level|"
    r"intern(?:ship)?|trainee|experienced|advanced|supervisory|remote|hybrid|part[ -]time|full[ -]time|"
    r"graduate|temporary|seasonal|i{1,3}|iv|v|[0-9]+|gs|level|forward deployed|direct hire|recent graduate)\b"
)
# What boards tell in fields of their own, and write otherwise or leave out of the title.
_WORDS_OF_LEVEL = frozenset(
    {
        "senior", "sr", "snr", "junior", "jr", "jnr", "lead", "principal", "intern", "internship", "trainee",
        "entry", "mid", "level", "remote", "hybrid",
    }
)  # fmt: skip
_SPACES = re.compile(r"\s+")
# A head that says nothing of the trade alone; what follows it does ("Director, Software Engineering").
_BARE_HEADS = frozenset(
    {
        "director", "manager", "head", "specialist", "engineer", "analyst", "coordinator", "associate",
        "assistant", "consultant", "officer", "technician", "supervisor", "vp", "vice president",
    }
)  # fmt: skip


def plain_title(title: str) -> str:
    """The title in lower case without brackets, gender marks and punctuation: "Koch (m/w/d)" is "koch"."""
    text = _GENDER.sub(" ", _BRACKETS.sub(" ", title))
    return _SPACES.sub(" ", _NOT_WORD.sub(" ", text.lower().replace("-", " "))).strip()


def normalized_title(title: str) -> str:
    """The plain title without level and place: "Senior Data Engineer - Berlin" is "data engineer"."""
    bare = _GENDER.sub(" ", _BRACKETS.sub(" ", title))
    head = _AFTER_TITLE.sub("", bare) or bare
    plain = plain_title(head)
    job = _SPACES.sub(" ", _LEVEL_WORDS.sub(" ", plain)).strip(" /&+.")
    if job in _BARE_HEADS:
        rest = plain_title(_AFTER_TITLE.sub("", bare[len(head) :].strip(" ,;:|-–—")))
        job = f"{rest} {job}".strip()
    return job or plain


def rest_of_title(title: str, city: str | None) -> list[str]:
    """Words of a title besides its job, level and city, in order of the alphabet.

    "Senior Registered Nurse II - Surgery, Boston" in Boston has ``["ii", "surgery"]``: a number or the hours
    of work tell two openings apart, where a level is told in a field as well.
    """
    known = {*normalized_title(title).split(), *plain_title(city or "").split(), *_WORDS_OF_LEVEL}
    return sorted(set(plain_title(title).split()) - known)


def languages_of(titles: Sequence[str], told: Sequence[str | None]) -> list[str]:
    """The language of each title (ISO 639-1): as told, else as found, else English, which most boards mix in.

    A title in Latin letters is never Japanese or Chinese, whatever its board says.
    """
    languages = [(one or "").lower()[:2] for one in told]
    found = [
        place
        for place, (title, language) in enumerate(zip(titles, languages, strict=True))
        if not language or (language in EAST_ASIAN) != bool(_EAST_ASIAN.search(title))
    ]
    for place, answer in zip(found, read_languages([Text(titles[place]) for place in found]), strict=True):
        if answer.value is not None:
            languages[place] = answer.value.language
        elif languages[place] not in LANGUAGES:
            languages[place] = EITHER_EAST_ASIAN if _EAST_ASIAN.search(titles[place]) else "en"
    return languages


def match_titles(
    titles: Sequence[str], languages: Sequence[str | None] | None = None
) -> list[OccupationMatch]:
    """The occupation of each title, in order; nothing where it is less sure than the config asks.

    ``languages`` are ISO 639-1, a title each, ``None`` where it isn't known; then it is found from the title.
    The same titles are answered from memory.

    Raises:
        ConfigurationError: a list of names or the fitted rankers are missing.
    """
    written = [as_written(title[:LONGEST_TITLE]) for title in titles]
    told = languages_of(written, [None] * len(written) if languages is None else languages)
    return load_title_matcher().match(written, told)
