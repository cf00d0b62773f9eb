"""Levels of education (ISCED 2011) from the names of degrees."""

import re
from functools import lru_cache

from cvplus.enrich.readers.answer import as_written
from cvplus.enrich.readers.demands import demands_of

# The highest pattern found decides. Abbreviations need their capitals or their dots: "as", "ms" and "ma" are
# words.
_DEGREES = (
    (8, r"(?i:\bph\.? ?d\b|\bd\.?phil\b|\bdoctor(?:ate|al|\b)|\bjuris doctor\b)"
        r"|\b(?:MD|M\.D\.|JD|J\.D\.|EdD|PharmD|DBA|DDS|DVM)\b"),
    (7, r"(?i:\bmaster(?:['’]?s)?\b|\bmagister\b|\bdiplom(?:-\w+)?\b(?! in)|\bm\.?b\.?a\b|\bm\.?sc\b"
        r"|\bm\.?eng\b|\bgraduate degree\b|\bpostgraduate\b)"
        r"|\b(?:MS|M\.S\.|MA|M\.A\.|MPH|MSW|MFA|LLM|LL\.M\.|MEd)\b"),
    (6, r"(?i:\bbachelor(?:['’]?s)?\b|\bb\.?sc\b|\bb\.?eng\b|\bb\.?tech\b|\blicence\b"
        r"|\bundergraduate degree\b"
        r"|\b(?:college|university|four[- ]year|4[- ]year|abgeschlossenes) (?:degree|studium)\b|\bstudium\b)"
        r"|\b(?:BS|B\.S\.|BA|B\.A\.|BBA|BFA|LLB|BSN|AB)\b"),
    (5, r"(?i:\bassociate(?:['’]?s)?(?: degree| of\b|$)|\bfoundation degree\b|\bhnd\b|\btwo[- ]year degree\b"
        r"|\btechniker\b|\bmeister\b)|\b(?:AA|A\.A\.|AS|A\.S\.|AAS)\b"),
    (4, r"(?i:\bpost-?secondary\b|\bvocational (?:certificate|school|training)\b|\bbootcamp\b"
        r"|\btrade school\b|\bsome college\b|(?<!secondary )\bcertificate\b)"),
    (3, r"(?i:\bhigh school\b|(?<!lower )\bsecondary school\b|\bupper secondary\b|\bg\.?e\.?d\b|\babitur\b"
        r"|\ba[- ]levels?\b|\bbaccalaur[eé]at\b|\bdiploma\b|\bausbildung\b|\bapprenticeship\b)"),
    (2, r"(?i:\blower secondary\b|\bgcses?\b|\bmiddle school\b|\brealschul\w*|\bhauptschul\w*)"),
    (1, r"(?i:\bprimary school\b|\belementary school\b)"),
    (0, r"(?i:\bno (?:formal )?(?:education|degree|qualification)s?\b|^none$)"),
)  # fmt: skip
_COMPILED = tuple((level, re.compile(pattern)) for level, pattern in _DEGREES)


@lru_cache(maxsize=16_384)
def isced_level(degree: str) -> int | None:
    """Level of a degree's name, 0-8; ``None`` when it names none that is known.

    What these patterns lack, degrees in other languages above all, the reader of demands may know.
    """
    level = next((level for level, pattern in _COMPILED if pattern.search(degree)), None)
    if level is None and (told := demands_of(as_written(degree)).value) is not None:
        return told.education
    return level
