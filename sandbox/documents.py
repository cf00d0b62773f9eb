"""Writes a CV version as the parsed document of the export contract, or in the JSON Resume form."""

from random import Random
from typing import Any

import numpy as np

from sandbox import words
from sandbox.catalogue import TITLE_PATTERNS, Catalogue
from sandbox.clock import Clock
from sandbox.job_texts import joined
from sandbox.people import CvVersions, People

JSON_RESUME_SHARE = 0.04
MONTHS_A_JOB = 34.0


class DocumentWriter:
    """Documents of a district's CVs. A person's past is the same in every version; skills and form grow."""

    def __init__(
        self, catalogue: Catalogue, people: People, clock: Clock, random: np.random.Generator
    ) -> None:
        self.catalogue = catalogue
        self.people = people
        self.clock = clock
        count = len(people)
        self.seeds = random.integers(0, 2**32, count)
        self.is_json_resume = random.random(count) < JSON_RESUME_SHARE
        self.date_style = random.choice(3, size=count, p=[0.85, 0.07, 0.08])
        # A CV tells a life up to the day it was first saved; months are counted back from there.
        self.months_since_joined = np.ceil((clock.days - people.joined) / 30.44).astype(np.int64)

    def write(self, versions: CvVersions, index: int) -> dict[str, Any]:
        """The document of one version."""
        person = int(versions.person[index])
        # Each part has a stream of its own, so that a longer skill list doesn't rewrite a person's past.
        personal, past, text, study, tongue, extra, form = (
            Random(int(self.seeds[person]) * 8 + part) for part in range(7)
        )
        skills = [self.catalogue.skill_names[i] for i in np.flatnonzero(versions.skills[index])]
        quality = float(versions.quality[index])
        document: dict[str, Any] = {
            "personal": self._personal(person, personal),
            "experience": self._experience(person, past),
            "education": self._education(person, study),
            "skills": {
                "technical": skills,
                "soft": form.sample(words.SOFT_SKILLS, 2 + int(quality * 5)),
                "languages": self._languages(person, tongue),
            },
        }
        for job in document["experience"]:
            job["description"] = describe_work(skills, quality, text)
        document.update(self._extras(quality, extra))
        if extra.random() < 0.35 + 0.6 * quality:
            document["summary"] = self._summary(person, document["personal"]["email"], extra)
        document["sections"] = [
            name.capitalize() for name in document if name != "personal" and document[name]
        ]
        document["formatting"] = formatting(quality, form)
        return to_json_resume(document) if self.is_json_resume[person] else document

    def _personal(self, person: int, random: Random) -> dict[str, Any]:
        first, last = random.choice(words.FIRST_NAMES), random.choice(words.LAST_NAMES)
        country = self.catalogue.countries[self.people.country[person]]
        city, region = country.cities[random.randrange(0, len(country.cities))]
        handle = f"{first}.{last}.{self.people.first + person}".lower()
        born = 2004 - int(self.people.years[person]) - random.randrange(0, 6)
        return {
            "name": f"{first} {last}",
            "email": f"{handle}@example.org",
            "phone": f"+1-555-01{random.randrange(0, 100):02d}",
            "address": f"{random.randrange(1, 200)} Example Street, {city}, {region}",
            "links": [f"https://social.example.org/{handle}"],
            "birthDate": f"{born}-{random.randrange(1, 13):02d}-{random.randrange(1, 28):02d}",
            "photo": None,
        }

    def _month(self, months_before: int, person: int) -> str:
        year, month = self.clock.month(months_before + int(self.months_since_joined[person]))
        style = self.date_style[person]
        return f"{year}-{month:02d}" if style == 0 else f"{year}" if style == 1 else f"{year}-{month:02d}-01"

    def _experience(self, person: int, random: Random) -> list[dict[str, Any]]:
        """Jobs, newest first, whose months add up to the person's years; now and then a gap between two."""
        left = round(float(self.people.years[person]) * 12)
        until = int(self.people.last_job_ended_months[person])
        occupation = int(self.people.occupation[person])
        titles = self.catalogue.titles_of[occupation]
        level = int(self.people.level[person])
        jobs: list[dict[str, Any]] = []
        while left > 0:
            months = min(left, max(4, int(random.gammavariate(2.5, MONTHS_A_JOB / 2.5))))
            if left - months < 4:
                months = left
            company = self.catalogue.companies[random.randrange(0, len(self.catalogue.companies))]
            title = str(titles[random.randrange(0, len(titles))])
            job = {
                "title": TITLE_PATTERNS[level].format(title),
                "company": company.name,
                "location": f"{company.city}, {company.region}",
                "startDate": self._month(until + months, person),
                "endDate": self._month(until, person),
            }
            if until == 0:
                del job["endDate"]
            jobs.append(job)
            left -= months
            until += months + (random.randrange(3, 14) if random.random() < 0.12 else 0)
            if random.random() < 0.6:
                level = max(level - 1, 1)
        return jobs

    def _education(self, person: int, random: Random) -> list[dict[str, Any]]:
        level = int(self.people.education[person])
        finished = round(float(self.people.years[person]) * 12) + random.randrange(2, 30)
        field = self.catalogue.degree_field_of[int(self.people.occupation[person])]
        if random.random() < 0.15:
            field = "General Studies"
        entries = []
        for step in [level, 6] if level > 6 else [level]:
            months = 48 if step == 6 else 24
            entries.append(
                {
                    "degree": words.DEGREES[step],
                    "field": field if step > 3 else None,
                    "institution": random.choice(words.INSTITUTIONS),
                    "startDate": self._month(finished + months, person),
                    "endDate": self._month(finished, person),
                }
            )
            finished += months
        return entries

    def _languages(self, person: int, random: Random) -> list[str]:
        own = self.catalogue.countries[self.people.country[person]].language
        spoken = {words.LANGUAGE_NAMES["en"], words.LANGUAGE_NAMES[own]}
        if random.random() < 0.3:
            spoken.add(random.choice(list(words.LANGUAGE_NAMES.values())))
        return sorted(spoken)

    def _extras(self, quality: float, random: Random) -> dict[str, Any]:
        some = [random.random() for _ in range(3)]
        certificates = random.sample(words.CERTIFICATES, random.randrange(1, 3))
        return {
            "certifications": certificates if some[0] < 0.2 + 0.4 * quality else [],
            "awards": ["Employee of the year"] if some[1] < 0.12 else [],
            "volunteering": [random.choice(words.VOLUNTEERING)] if some[2] < 0.25 else [],
        }

    def _summary(self, person: int, email: str, random: Random) -> str:
        occupation = int(self.people.occupation[person])
        title = self.catalogue.titles_of[occupation][0]
        text = (
            f"{title} with {self.people.years[person]:.0f} years of experience in "
            f"{self.catalogue.industries_of[occupation][0].replace('-', ' ')}. "
            f"Known for {joined(random.sample(words.SOFT_SKILLS, 2)).lower()}."
        )
        # People put contact details into free text too: whoever reads it must not keep it.
        return f"{text} Write to {email}." if random.random() < 0.05 else text


def formatting(quality: float, random: Random) -> dict[str, Any]:
    """What a parser says of a CV's form; a careful CV is short, plain and full of bullets."""
    drawn = [random.random() for _ in range(5)]
    return {
        "pages": 1 + int(drawn[0] > 0.45) + int(drawn[0] > 0.72 + 0.25 * quality),
        "bulletCount": int(4 + 18 * quality + 6 * drawn[1]),
        "columns": 2 if drawn[2] > 0.35 + 0.6 * quality else 1,
        "fontCount": 1 + int((1 - quality) * 4 + drawn[3]),
        "hasPhoto": drawn[4] < 0.15,
        "hasTables": drawn[4] > 0.6 + 0.4 * quality,
        "dateFormat": "YYYY-MM",
    }


def describe_work(skills: list[str], quality: float, random: Random) -> str:
    """Two to five sentences about a job; the better the CV, the more of them carry a number."""
    sentences = []
    for _ in range(random.randrange(2, 6)):
        sentence = f"{random.choice(words.VERBS)} {random.choice(words.OBJECTS)}"
        if skills and random.random() < 0.6:
            sentence += f" with {skills[random.randrange(0, len(skills))]}"
        if random.random() < 0.75 * quality:
            sentence += " and " + random.choice(words.ACHIEVEMENTS).format(random.randrange(3, 60))
        sentences.append(sentence + ".")
    return " ".join(sentences)


def to_json_resume(document: dict[str, Any]) -> dict[str, Any]:
    """The same CV in the open JSON Resume form (`basics`, `work`, `education`, `skills`, ...)."""
    personal = document["personal"]
    work = [
        {
            "name": job["company"],
            "position": job["title"],
            "location": job["location"],
            "startDate": job["startDate"],
            "summary": job["description"],
            **({"endDate": job["endDate"]} if "endDate" in job else {}),
        }
        for job in document["experience"]
    ]
    education = [
        {
            "institution": entry["institution"],
            "area": entry["field"],
            "studyType": entry["degree"],
            "startDate": entry["startDate"],
            "endDate": entry["endDate"],
        }
        for entry in document["education"]
    ]
    return {
        "basics": {
            "name": personal["name"],
            "email": personal["email"],
            "phone": personal["phone"],
            "location": {"address": personal["address"]},
            "summary": document.get("summary", ""),
        },
        "work": work,
        "education": education,
        "skills": [{"name": "Technical", "keywords": document["skills"]["technical"]}]
        + [{"name": name} for name in document["skills"]["soft"]],
        "languages": [{"language": name, "fluency": "fluent"} for name in document["skills"]["languages"]],
        "certificates": [{"name": name} for name in document["certifications"]],
        "awards": [{"title": title} for title in document["awards"]],
        "volunteer": [{"organization": name} for name in document["volunteering"]],
    }
