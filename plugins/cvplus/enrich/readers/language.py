"""The language of a text, from a line to a posting: ISO 639-1, also of languages that no other reader reads.

Reasons for null: ``no_words``, no letters stand in it; ``language_unsure``, too short or too mixed to tell,
or names of technologies alone, which are the same everywhere; ``script_shared``, it is written in Han
characters alone that Japanese and Chinese both have.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder
from pydantic import TypeAdapter

from cvplus.enrich.occupations.known import EAST_ASIAN, known_titles
from cvplus.enrich.occupations.reference import read_rows
from cvplus.enrich.occupations.words import without_gender
from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.knobs import reader_knobs
from cvplus.enrich.readers.registry import Reader
from cvplus.enrich.skills import OTHER_FAMILY, load_vocabulary
from cvplus.yaml_files import read_typed

LONGEST_LOOKED_AT = 600
"""Characters that decide: more change nothing, and a posting's end is often in another language."""
READ = ("de", "en", "fr", "nl", "sv")
OTHERS = ("es", "it", "pt", "pl", "da", "nb", "fi", "tr", "cs", "hu", "ro")
"""Languages in Latin letters that are named although nothing more is read of them."""
_BY_SCRIPT = 0.99
_FEWEST_LETTERS = 3
_OF_SEVERAL = 0.8
# Found on 1,800 titles in five languages and texts in eleven others: of all languages together the detector
# knows letters in threes alone, and takes short English titles for Finnish or Italian.
_BY_NAMES, _LONGEST_NAME = 0.85, 8
_LONGEST_TITLE = 100
_CERTAIN, _DOUBTED, _POSSIBLE, _SENTENCE, _CLAUSE = 0.97, 0.7, 0.5, 6, 3

# So many different words of one language, so many of them in all, such a share of the text's words, and so
# many times those of all other languages make a text certainly its own.
_DIFFERENT, _PLENTY, _SHARE, _TIMES_OTHERS = 4, 9, 0.15, 10
WORDS_FILE = Path(__file__).with_name("language_words.yaml")

_ADDRESS = re.compile(r"https?://\S{1,200}|\S{1,64}@\S{1,64}|<[^<>]{0,200}>|&[a-z]{2,8};")
_NAME_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_KANA = re.compile(r"[\u3041-\u30fa\u30fc-\u30ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_OTHER_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7a3\u1100-\u11ff]"), _BY_SCRIPT),
    ("el", re.compile(r"[\u0370-\u03ff]"), _BY_SCRIPT),
    ("he", re.compile(r"[\u0590-\u05ff]"), _BY_SCRIPT),
    ("th", re.compile(r"[\u0e00-\u0e7f]"), _BY_SCRIPT),
    ("ar", re.compile(r"[\u0600-\u06ff]"), _OF_SEVERAL),
    ("hi", re.compile(r"[\u0900-\u097f]"), _OF_SEVERAL),
    ("ru", re.compile(r"[\u0400-\u04ff]"), _OF_SEVERAL),
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language by ISO 639-1; Norwegian is ``nb``, Chinese of either script ``zh``."""

    language: str


@lru_cache
def _detector(codes: tuple[str, ...], is_coarse: bool) -> LanguageDetector:
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(
        *[getattr(IsoCode639_1, code.upper()) for code in codes]
    )
    return (builder.with_low_accuracy_mode() if is_coarse else builder).build()


def read_languages(texts: Sequence[Text]) -> list[Answer[Language]]:
    """The languages of texts, in their order."""
    return [(_read_title if len(text.text) <= _LONGEST_TITLE else _read)(text.text) for text in texts]


def _read(text: str) -> Answer[Language]:
    looked_at = without_gender(_ADDRESS.sub(" ", text[:LONGEST_LOOKED_AT]))
    letters = len(_LETTER.findall(looked_at))
    if not letters:
        return unread("no_words")
    by_script = _by_script(looked_at, letters)
    if by_script is not None:
        return by_script
    return _by_letters(looked_at) if letters >= _FEWEST_LETTERS else unread("language_unsure")


@lru_cache(maxsize=16_384)
def _read_title(text: str) -> Answer[Language]:
    """The same titles come again and again."""
    return _read(text)


def _by_script(text: str, letters: int) -> Answer[Language] | None:
    """What the script alone tells; ``None`` for Latin letters."""
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    # A line of Japanese or Chinese often holds Latin names; a letter of theirs tells as much as a syllable.
    if kana and (kana + han) * 4 >= letters:
        return Answer(Language("ja"), _BY_SCRIPT)
    if han and han * 4 >= letters:
        return _han(text)
    for language, script, confidence in _OTHER_SCRIPTS:
        if len(script.findall(text)) * 2 > letters:
            return Answer(Language(language), confidence)
    return None


def _is_written_in(character: str, *standards: str) -> bool:
    for standard in standards:
        try:
            character.encode(standard)
        except UnicodeEncodeError:
            continue
        return True
    return False


@lru_cache(maxsize=8_192)
def _only_of(character: str) -> str | None:
    """The language whose character sets alone hold a Han character; ``None`` where both do."""
    is_japanese, is_chinese = (
        _is_written_in(character, "shift_jis"),
        _is_written_in(character, "gb2312", "big5"),
    )
    if is_japanese == is_chinese:
        return None
    return "ja" if is_japanese else "zh"


def _han(text: str) -> Answer[Language]:
    told = [_only_of(character) for character in _HAN.findall(text)]
    if told.count("ja") != told.count("zh"):
        return Answer(Language("ja" if told.count("ja") > told.count("zh") else "zh"), 0.95)
    is_known = [known_titles().in_text(text, language) is not None for language in EAST_ASIAN]
    if is_known.count(True) == 1:
        return Answer(Language(EAST_ASIAN[is_known.index(True)]), _OF_SEVERAL)
    return unread("script_shared")


@lru_cache
def _own_words() -> dict[str, str]:
    """Each word that stands in one language alone, to that language."""
    listed = read_typed(
        WORDS_FILE, TypeAdapter(dict[str, list[str]]), f"Restore {WORDS_FILE.name} from the repository."
    )
    return {word: language for language, words in listed.items() for word in words}


def _by_own_words(words: Sequence[str]) -> Answer[Language] | None:
    """What the commonest words tell of a text that is full of one language's; the detectors cost far more."""
    if len(words) < _PLENTY:
        return None
    own = _own_words()
    told = [word for word in words if word in own]
    counts = Counter(own[word] for word in told).most_common(1)
    if not counts:
        return None
    (language, count), *_ = counts
    is_full = count >= max(_PLENTY, _SHARE * len(words), _TIMES_OTHERS * (len(told) - count))
    is_rich = is_full and len({word for word in told if own[word] == language}) >= _DIFFERENT
    return Answer(Language(language), _BY_SCRIPT) if is_rich else None


@lru_cache
def _words_of_names() -> dict[str, frozenset[str]]:
    """The words of ESCO's names of occupations, a language each."""
    return {
        language: frozenset(
            word
            for row in read_rows(f"occupation_names_{language}.csv.gz")
            for word in _NAME_WORD.findall(row["name"].lower())
        )
        for language in READ
    }


def _by_letters(text: str) -> Answer[Language]:
    words = _NAME_WORD.findall(text.lower())
    if len(words) <= _LONGEST_NAME and all(map(_is_technology, words)):
        return unread("language_unsure")
    if (plain := _by_own_words(words)) is not None:
        return plain
    near, confidence = _first(_detector(READ, False), text)
    names = _words_of_names()
    is_title = len(words) <= _LONGEST_NAME
    named = [language for language, known in names.items() if is_title and known.issuperset(words)]
    if len(named) == 1 and (near in named or confidence < _DOUBTED):
        agreed = _BY_NAMES + (_BY_SCRIPT - _BY_NAMES) * confidence if near in named else _BY_NAMES
        return Answer(Language(named[0]), round(agreed, 3))
    # Other languages borrow English titles whole, so what many of them call so is English.
    if near == "en" and near in named and len(words) > 1:
        confidence = max(confidence, _OF_SEVERAL)
    else:
        near, confidence = _beside_others(text, words, near, confidence)
    if confidence < reader_knobs().language.lowest_confidence:
        return unread("language_unsure")
    return Answer(Language(near), round(min(confidence, _BY_SCRIPT), 3))


def _beside_others(text: str, words: Sequence[str], near: str, confidence: float) -> tuple[str, float]:
    """What is left of an answer beside all languages in Latin letters: a language, and how sure it is."""
    far, far_confidence = _first(_detector((*READ, *OTHERS), True), text)
    if far == near:
        return near, 1 - (1 - confidence) * (1 - far_confidence)
    if far in READ:
        return near, confidence * _OF_SEVERAL
    is_clear = confidence < _DOUBTED or len(words) >= _SENTENCE
    if far_confidence > _CERTAIN and (
        is_clear or (len(words) >= _CLAUSE and _words_of_names()[near].isdisjoint(words))
    ):
        return far, far_confidence
    return near, confidence * (_POSSIBLE if far_confidence > _POSSIBLE else 1)


@lru_cache(maxsize=8_192)
def _is_technology(word: str) -> bool:
    vocabulary = load_vocabulary()
    slug = vocabulary.known(word)
    return slug is not None and vocabulary.family(slug) != OTHER_FAMILY


def _first(detector: LanguageDetector, text: str) -> tuple[str, float]:
    best = detector.compute_language_confidence_values(text)[0]
    return best.language.iso_code_639_1.name.lower(), best.value


READER = Reader("language", Language, read_languages)
