"""The facts of a posting: everything that enrichment finds in its title and text."""

import re
from collections.abc import Sequence
from typing import Any

from cvplus.enrich.demands import mentions_remote, years_demanded
from cvplus.enrich.education import education_demanded
from cvplus.enrich.posting_text import PostingText
from cvplus.enrich.seniority import seniority_of
from cvplus.enrich.skill_matching import load_matcher
from cvplus.enrich.titles import match_titles, normalized_title

LONGEST_TEXT = 50_000
_WORD = re.compile(r"\w+")


def posting_facts(postings: Sequence[PostingText]) -> list[dict[str, Any]]:
    """Facts of each posting, in order; the first 50,000 characters of a text are read."""
    occupations = match_titles([posting.title for posting in postings])
    matcher = load_matcher()
    facts = []
    for posting, occupation in zip(postings, occupations, strict=True):
        text = posting.text[:LONGEST_TEXT]
        whole = "\n".join((text, *posting.requirements))
        skills = matcher.find(text, posting.requirements)
        facts.append(
            {
                "title_normalized": normalized_title(posting.title),
                "occupation_id": occupation.occupation_id,
                "occupation_score": occupation.confidence,
                "seniority": seniority_of(posting.title, posting.grade, posting.pay_plan),
                "skills_required": skills.required,
                "skills_preferred": skills.preferred,
                "years_required": years_demanded(whole),
                "education_level_required": education_demanded(whole),
                "is_remote_mentioned": posting.is_remote or mentions_remote(f"{posting.title}\n{whole}"),
                "word_count": len(_WORD.findall(whole)),
            }
        )
    return facts
