"""Job titles: cleaned of what is not the job, and matched to occupations of the SOC."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from cvplus.errors import ConfigurationError
from cvplus.settings import PROJECT_ROOT

REFERENCE = PROJECT_ROOT / "reference" / "occupation_titles.csv.gz"
# Below this likeness (0-1) the nearest title is more often of another occupation than of the right one.
LOWEST_SCORE = 0.55
_WORDS_WEIGHT = 0.7
_QUERY_CHUNK = 256

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


@dataclass(frozen=True, slots=True)
class OccupationMatch:
    """The occupation (SOC code, "15-1252") of a title, and how sure that is, 0-1."""

    occupation_id: str | None
    score: float


class TitleMatcher:
    """Known titles and their occupations.

    A title that is known word for word, as it is or normalised, has score 1. Any other takes the occupation
    of the nearest known title by cosine over TF-IDF of words (weight 0.7) and of three-letter pieces of words
    (0.3); below ``LOWEST_SCORE`` it has none. Of several occupations that share a title, the one whose other
    titles use its words most is taken, then the lowest code.
    """

    def __init__(self, titles: Sequence[tuple[str, str]]) -> None:
        codes_of: dict[str, set[str]] = defaultdict(set)
        words_of: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        size_of: dict[str, int] = defaultdict(int)
        for code, title in titles:
            for form in {plain_title(title), normalized_title(title)} - {""}:
                codes_of[form].add(code)
            size_of[code] += 1
            for word in set(plain_title(title).split()):
                words_of[code][word] += 1
        self._known = {
            form: min(codes, key=lambda code: (-_share(form, words_of[code], size_of[code]), code))
            for form, codes in codes_of.items()
        }
        self._forms = sorted(self._known)
        self._words = TfidfVectorizer(
            tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32
        )
        self._pieces = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True, dtype=np.float32
        )
        self._index: csr_matrix | None = None

    def match(self, titles: Sequence[str]) -> list[OccupationMatch]:
        """The occupations of titles, in their order."""
        matches: dict[str, OccupationMatch] = {}
        unknown: dict[str, list[str]] = defaultdict(list)
        for title in dict.fromkeys(titles):
            code = self._known.get(plain_title(title)) or self._known.get(normalized_title(title))
            if code is not None:
                matches[title] = OccupationMatch(code, 1.0)
            else:
                unknown[normalized_title(title)].append(title)
        for form, nearest in zip(unknown, self._nearest(list(unknown)), strict=True):
            matches.update(dict.fromkeys(unknown[form], nearest))
        return [matches[title] for title in titles]

    def _nearest(self, forms: list[str]) -> list[OccupationMatch]:
        if not forms:
            return []
        if self._index is None:
            self._index = self._vectors(self._forms, is_first=True).T.tocsr()
        found = []
        for start in range(0, len(forms), _QUERY_CHUNK):
            likeness = self._vectors(forms[start : start + _QUERY_CHUNK]) @ self._index
            best = np.asarray(likeness.argmax(axis=1)).ravel()
            scores = np.asarray(likeness.max(axis=1).todense()).ravel()
            for place, score in zip(best, scores, strict=True):
                rounded = round(float(min(score, 1.0)), 4)
                code = self._known[self._forms[place]] if rounded >= LOWEST_SCORE else None
                found.append(OccupationMatch(code, rounded))
        return found

    def _vectors(self, forms: list[str], is_first: bool = False) -> csr_matrix:
        """TF-IDF vectors of titles, so scaled that their products are the weighted cosine."""
        words = self._words.fit_transform(forms) if is_first else self._words.transform(forms)
        pieces = self._pieces.fit_transform(forms) if is_first else self._pieces.transform(forms)
        return hstack([words * _WORDS_WEIGHT**0.5, pieces * (1 - _WORDS_WEIGHT) ** 0.5], format="csr")


def _share(form: str, words: dict[str, int], size: int) -> float:
    """Mean share of an occupation's titles that use each word of this title."""
    parts = form.split()
    return sum(words.get(word, 0) for word in parts) / len(parts) / size


@lru_cache
def load_title_matcher(reference: Path = REFERENCE) -> TitleMatcher:
    """The matcher over the shipped titles, built once a process.

    Raises:
        ConfigurationError: the file is missing or not what it should be.
    """
    try:
        with gzip.open(reference, "rt", encoding="utf-8", newline="") as lines:
            return TitleMatcher([(row["soc_code"], row["title"]) for row in csv.DictReader(lines)])
    except (OSError, KeyError) as error:
        raise ConfigurationError(
            cause=f"The list of occupations' titles cannot be read: {error!r}.",
            remedy=f"Restore {reference.name} from the repository.",
        ) from error
