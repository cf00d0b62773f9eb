"""Themes of work and study: which words of an industry, a title or a field of study belong together.

A theme found by one of its own words has weight 1; its neighbours get 0.5. The words are beginnings of words,
so "engineer" finds "engineering". The lists are short on purpose: they part broad fields (ISCED-F 2013), no
more.
"""

import re
from functools import lru_cache

_NEIGHBOUR_WEIGHT = 0.5
_WORDS = {
    "computing": (
        "technolog", "comput", "software", "informati", "data", "program", "developer", "devops", "cyber",
        "cloud", "machine learning", "artificial intelligence", "web", "it ", "network", "systems",
    ),
    "engineering": (
        "engineer", "mechanic", "electric", "civil", "manufactur", "construct", "architect", "energy",
        "automotive", "aerospace", "industrial", "chemical", "materials", "robot",
    ),
    "science": (
        "physic", "chemi", "biolog", "scien", "biotech", "environment", "geolog", "pharma", "laborator",
    ),
    "mathematics": ("math", "statisti", "actuar", "econometr", "quantitative", "analy"),
    "business": (
        "business", "management", "administration", "commerce", "mba", "operations", "logistic", "supply",
        "consult", "retail", "sales", "real estate", "project manage", "human resources", "procure",
    ),
    "finance": ("financ", "account", "econom", "bank", "audit", "insur", "tax", "invest"),
    "marketing": ("market", "advertis", "communicat", "media", "public relations", "journal", "brand", "seo"),
    "health": (
        "health", "medic", "nurs", "clinic", "dent", "patient", "therap", "care", "veterinar", "nutrition",
    ),
    "education": ("educat", "teach", "pedagog", "school", "instruct", "training"),
    "law": ("law", "legal", "juri", "compliance", "paralegal", "govern", "public", "polic", "politic"),
    "arts": ("design", "art", "music", "film", "fashion", "graphic", "photo", "entertain", "theat"),
    "humanities": ("histor", "philosoph", "literat", "english", "language", "linguist", "humanit", "liberal"),
    "social": ("psycholog", "sociolog", "social", "anthropolog", "nonprofit", "non-profit"),
    "services": (
        "hospital", "hotel", "touris", "travel", "culinar", "food", "sport", "beauty", "security",
        "transport",
    ),
    "agriculture": ("agricult", "forest", "fisher", "horticult", "farm"),
}  # fmt: skip
_NEIGHBOURS = (
    ("computing", "mathematics"), ("computing", "engineering"), ("computing", "science"),
    ("engineering", "science"), ("engineering", "mathematics"), ("science", "health"),
    ("science", "mathematics"), ("science", "agriculture"), ("finance", "business"),
    ("finance", "mathematics"), ("business", "marketing"), ("business", "services"), ("business", "law"),
    ("marketing", "arts"), ("marketing", "humanities"), ("education", "humanities"),
    ("education", "social"), ("social", "health"), ("law", "humanities"), ("arts", "humanities"),
)  # fmt: skip
_PATTERNS = {
    theme: re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + ")") for theme, words in _WORDS.items()
}


@lru_cache(maxsize=4_096)
def _themes(text: str) -> tuple[tuple[str, float], ...]:
    direct = {theme for theme, pattern in _PATTERNS.items() if pattern.search(text)}
    weights = dict.fromkeys(direct, 1.0)
    for one, other in _NEIGHBOURS:
        for theme, neighbour in ((one, other), (other, one)):
            if theme in direct:
                weights.setdefault(neighbour, _NEIGHBOUR_WEIGHT)
    return tuple(weights.items())


def themes_of(text: str) -> dict[str, float]:
    """Themes that a short text names, with their weights."""
    return dict(_themes(re.sub(r"[\s_-]+", " ", f"{text} ").lower()))
