"""Skills found in running text and in lists of requirements: the matcher of the reader of skills."""

from cvplus.enrich.readers.skills.matching import FoundSkills, SkillMatcher, load_matcher

__all__ = ["FoundSkills", "SkillMatcher", "load_matcher"]
