"""The texts of postings: what is asked, in the words in which employers ask it."""

from random import Random

from sandbox import words
from sandbox.catalogue import Catalogue
from sandbox.postings import Postings


def joined(names: list[str]) -> str:
    """Names as a sentence has them: "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def requirements_of(postings: Postings, index: int, catalogue: Catalogue) -> list[str]:
    """The requirements of a user-entered job, one a line: skills, experience, education, what is welcome."""
    required, preferred = postings.skills(index, catalogue)
    lines = list(required)
    years = int(postings.years_required[index])
    if years:
        lines.append(f"{years}+ years of experience")
    level = int(postings.education_required[index])
    if level > 2:
        field = catalogue.degree_field_of[postings.occupation[index]]
        lines.append(
            f"{words.DEGREE_DEMANDS[level]} in {field}" if level > 3 else words.DEGREE_DEMANDS[level]
        )
    lines.extend(f"Preferred: {name}" for name in preferred)
    return lines


def description_of(postings: Postings, index: int, catalogue: Catalogue) -> str:
    """The text of a job, a few sentences; it repeats the skills that count most."""
    random = Random(postings.first + int(index))
    required, preferred = postings.skills(index, catalogue)
    company = catalogue.companies[postings.company[index]].name
    sentences = [
        f"{company} is looking for a {postings.full_title(index, catalogue)}.",
        f"You work with {joined(required)}.",
        *(f"{duty}." for duty in random.sample(words.DUTIES, 3)),
    ]
    if preferred:
        sentences.append(f"Experience with {joined(preferred)} is a plus.")
    if postings.years_required[index]:
        sentences.append(f"We expect at least {int(postings.years_required[index])} years of experience.")
    if postings.is_remote[index]:
        sentences.append("Remote work is possible.")
    return " ".join(sentences)
