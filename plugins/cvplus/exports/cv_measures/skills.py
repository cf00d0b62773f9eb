"""Measures of skills."""

from collections import Counter
from collections.abc import Iterable
from math import log

from cvplus.enrich.skills import SkillVocabulary


def canonical_skills(names: Iterable[str], vocabulary: SkillVocabulary) -> list[str]:
    """Ids of the skills in the CV's order, each once; skills beyond the vocabulary keep ids of their own."""
    return list(dict.fromkeys(skill for name in names for skill in vocabulary.skills_of(name)))


def skill_diversity(slugs: list[str], vocabulary: SkillVocabulary) -> float | None:
    """How evenly the technical skills spread over families, 0-1; ``None`` without a skill.

    Shannon's entropy of the families' shares, over the highest that this number of skills could have. A
    family is the skill's category in ``reference/technology_skills``; skills beyond it are one family.
    """
    if not slugs:
        return None
    if len(slugs) == 1:
        return 0.0
    counts = Counter(vocabulary.family(slug) for slug in slugs)
    shares = [count / len(slugs) for count in counts.values()]
    return min(1.0, -sum(share * log(share) for share in shares) / log(len(slugs)) + 0.0)
