"""One finder of candidates a language for ESCO, and one for the SOC; built when first asked for."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from cvplus.enrich.occupations.candidates import CandidateFinder
from cvplus.enrich.occupations.reference import as_names, esco_names, esco_table, national_titles, soc_table
from cvplus.enrich.occupations.tables import Queries
from cvplus.enrich.occupations.words import LANGUAGES, head_words, title_words


@lru_cache
def esco_finder(language: str) -> CandidateFinder:
    """The finder over ESCO's names and national titles in a language; seconds to build, then kept."""
    titles, occupations = national_titles(language)
    return CandidateFinder(
        LANGUAGES.index(language),
        esco_table().occupations,
        esco_names(language),
        as_names(titles, occupations, language),
    )


@lru_cache
def soc_finder() -> CandidateFinder:
    """The finder over the SOC's English titles."""
    table = soc_table()
    examples = as_names(table.example_titles, table.example_occupations, "en")
    return CandidateFinder(
        LANGUAGES.index("en"), table.occupations, table.shown, examples, looks_closer=False
    )


def queries(titles: Sequence[str], language: str) -> Queries:
    """Titles as a finder wants them."""
    return Queries(
        [title_words(title, language) for title in titles],
        [head_words(title, language) for title in titles],
        np.fromiter(map(len, titles), np.float32, len(titles)),
    )
