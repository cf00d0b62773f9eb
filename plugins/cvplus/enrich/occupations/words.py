"""The words of a title that tell the trade: without gender, case, endings and what stands around."""

import re
from functools import lru_cache
from pathlib import Path

import snowballstemmer
from pydantic import TypeAdapter

from cvplus.resources import Frozen
from cvplus.yaml_files import read_typed

WORDS_FILE = Path(__file__).with_name("words.yaml")
STEMMERS = {"de": "german", "fr": "french", "nl": "dutch", "sv": "swedish"}
LANGUAGES = ("de", "en", "fr", "nl", "sv")
"""Languages whose titles are taken apart by word."""
LONGEST_TITLE = 300
_SHORTEST_STEM = 3

_PLAIN = str.maketrans(
    "äöüåéèêëàâçîïôûùáíóúñø", "aouaeeeeaaciiouuaiouno", "\u00ad"
) | {ord("ß"): "ss", ord("œ"): "oe", ord("æ"): "ae", ord("’"): "'", ord("‘"): "'"}  # fmt: skip
# "(m/w/d)", "H/F", "(h/f/x)", "all genders" beside a title, and endings as in "Entwickler*in".
_GENDER = re.compile(
    r"\(\s*(?:[mwfdhxviga]|gn|div|di|hf)\.?(?:\s?[/|*,+-]\s?(?:[mwfdhxvina*]|gn|div)\.?){0,4}\s*\)"
    r"|(?<!\w)[mwhf]\s?[/|]\s?[wfmhdx](?:\s?[/|]\s?[dxwgn*]{1,3})?(?!\w)",
    re.IGNORECASE,
)
# And as in "Psycholog(e)in", "Technisch(er)e", "Angestellte/r" and "Kaufmann/-frau".
_GERMAN_ENDING = re.compile(
    r"\(er?\)in(?:nen)?\b|(?<=\w)\(er\)e?(?!\w)|\(in(?:nen)?\)|[/*:_]-?in(?:nen)?\b|(?<=[a-zäöüß])In(?:nen)?\b"
    r"|(?<=[a-zäöüß]{3})/-?(?:[rn]|frau|mann)(?!\w)"
)
_WORD = re.compile(r"[a-z0-9]+(?:[.+#][a-z0-9+#]{0,5})?[+#]{0,2}")
_ANY_WORD = re.compile(r"\w+")
# Where a board goes on with a place or a firm; classifications go on with a specialism ("für Mathematik").
_PLACE = re.compile(
    r"\s(?:(?i:für unser\w{0,3}|für d(?:en|ie|as)|bei|im raum|gesucht|pour (?:notre|nos)|chez|bij|gezocht"
    r"|voor (?:ons|onze)|till (?:vår\w{0,1}|oss)|hos|sökes|at|wanted)(?!\w)|(?:in|i|à|te)(?=\s[A-ZÅÄÖÜÉ]))"
)
_PARTS = re.compile(r"\s[-–—]\s|[,(;:|@\[\]]|\s/\s")


class LanguageWords(Frozen):
    """What ``words.yaml`` says of a language."""

    fillers: str
    endings: list[tuple[str, str]]
    kept: frozenset[str]


class TitleWordLists(Frozen):
    """``words.yaml``."""

    noise: str
    phrases: list[str]
    levels: str
    bare_heads: str
    not_trades: list[str]
    languages: dict[str, LanguageWords]


@lru_cache
def word_lists() -> TitleWordLists:
    """The lists, read once a process.

    Raises:
        ConfigurationError: the file is missing a list.
    """
    return read_typed(WORDS_FILE, TypeAdapter(TitleWordLists), "Mend enrich/occupations/words.yaml.")


@lru_cache
def _dropped(language: str) -> tuple[frozenset[str], frozenset[str]]:
    lists = word_lists()
    return frozenset(lists.languages[language].fillers.split()), frozenset(lists.noise.split())


@lru_cache
def _levels() -> frozenset[str]:
    return frozenset(word_lists().levels.split())


@lru_cache
def _bare_heads() -> frozenset[str]:
    heads = word_lists().bare_heads.split()
    return frozenset(stem_of(word, language) for word in heads for language in LANGUAGES)


@lru_cache
def _phrases() -> re.Pattern[str]:
    told = (re.escape(phrase).replace(r"\ ", "[ -]") for phrase in word_lists().phrases)
    return re.compile(rf"\b(?:{'|'.join(told)})\b")


@lru_cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(STEMMERS[language])


@lru_cache(maxsize=200_000)
def stem_of(word: str, language: str) -> str:
    """The stem of a word in lower case without marks: of ``kochin`` and ``koch`` the same."""
    told = word_lists().languages[language]
    if word not in told.kept:
        for ending, other in told.endings:
            if word.endswith(ending) and len(word) >= len(ending) + _SHORTEST_STEM:
                word = word[: -len(ending)] + other
                break
    return str(_stemmer(language).stemWord(word)) if language in STEMMERS else word


def without_gender(title: str) -> str:
    """The title without marks such as ``(m/w/d)``, ``H/F`` and ``*in``."""
    return _GENDER.sub(" ", _GERMAN_ENDING.sub("", title))


def _bare(title: str) -> str:
    return " ".join(_ANY_WORD.findall(without_gender(title[:LONGEST_TITLE]).lower()))


@lru_cache
def _not_trades() -> frozenset[str]:
    return frozenset(_bare(told) for told in word_lists().not_trades)


def tells_trade(title: str, language: str) -> bool:
    """Whether anything but noise, numbers and what names no trade stands in a title in Latin letters."""
    if _bare(title) in _not_trades():
        return False
    fillers, noise = _dropped(language)
    text = without_gender(title[:LONGEST_TITLE]).lower().translate(_PLAIN)
    words = _WORD.findall(_phrases().sub(" ", text))
    return any(not word[0].isdigit() and word not in fillers and word not in noise for word in words)


def title_words(title: str, language: str) -> tuple[str, ...]:
    """The stems of a title in their order, each once; of a title that is noise alone, its words."""
    text = without_gender(title[:LONGEST_TITLE]).lower().translate(_PLAIN)
    words = _WORD.findall(_phrases().sub(" ", text)) or _WORD.findall(text)
    fillers, noise = _dropped(language)
    told = [word for word in words if word not in fillers and word not in noise and not word.isdigit()]
    told = told or [word for word in words if word not in fillers] or words
    levels = _levels()
    while len(told) > 1 and told[0] in levels:
        del told[0]
    return tuple(dict.fromkeys(stem_of(word, language) for word in told))


def words_before_place(title: str, language: str) -> tuple[str, ...]:
    """The words before the first one that tells where or for whom: ``Koch`` of ``Koch bei uns in Bonn``."""
    return title_words(_PLACE.split(without_gender(title[:LONGEST_TITLE]), maxsplit=1)[0], language)


def is_bare_head(words: tuple[str, ...]) -> bool:
    """Whether words tell a trade only together with others: ``manager``, ``Sachbearbeiter``."""
    return len(words) == 1 and words[0] in _bare_heads()


def head_words(title: str, language: str) -> tuple[str, ...]:
    """The words of the first part of a title that tells a trade: of ``Koch, Hotel`` those of ``Koch``.

    All words where that part tells too little alone, as in ``Director, Data Science``.
    """
    _, noise = _dropped(language)
    for part in _PARTS.split(without_gender(title[:LONGEST_TITLE])):
        words = title_words(part, language)
        if words and not noise.issuperset(words):
            return title_words(title, language) if is_bare_head(words) else words
    return title_words(title, language)
