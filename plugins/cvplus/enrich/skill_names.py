"""One normal form for the name of a skill, whoever wrote it: postings, CVs, lists of requirements.

A name is brought down to its *key*, then to plainer and plainer keys: without what stands in brackets,
without a version, without words such as "advanced" or "programming". The plainest form that the
vocabulary knows is the skill. What it doesn't know keeps its key, less brackets and dotted versions.
"""

import re
import unicodedata
from collections.abc import Iterator

TOKEN = re.compile(r"(?:[^\W_]|[+#.])+")
LONGEST_KEY = 80

_BRACKETS = re.compile(r"[(\[{（【][^()\[\]{}（）【】]{0,100}[)\]}）】]?")
_IN_BRACKETS = re.compile(r"[(\[{（【]([^()\[\]{}（）【】]{1,100})[)\]}）】]")
# Between a skill and a remark on it: "Python - expert", "SQL: advanced".
_REMARK = re.compile(r"\s[-–—|]\s|:\s")
# A dotted version, "v3", "3.x" are versions whatever stands before; "14" only behind a skill that is known.
_SURE_VERSION = re.compile(r"^(?:v\d{1,4}(?:\.\d{1,4}){0,3}|\d{1,4}(?:\.(?:\d{1,4}|x)){1,3})\+?$")
_VERSION = re.compile(r"^v?\d{1,4}(?:\.(?:\d{1,4}|x)){0,3}\+?$")
_JOINED_VERSION = re.compile(r"^(.*?(?:[^\W\d_.]{3}|[+#]))v?(\d{1,4}(?:\.(?:\d{1,4}|x)){0,3})\+?$")
_PARTS = re.compile(r"[,;、，；|•·\n]")
_SLASHES = re.compile(r"/|\s(?:and|or|und|oder|et|ou|en|of|och|eller)\s|&|\+\s")


def skill_key(name: str) -> str:
    """The name in lower case, ``+ # .`` kept, one hyphen between words: ``CI/CD`` is ``ci-cd``."""
    tokens = (token.rstrip(".") for token in TOKEN.findall(name.lower()))
    return "-".join(token for token in tokens if token)[:LONGEST_KEY].rstrip("-.")


def squeezed(key: str) -> str:
    """A key without what parts its words, so that ``react-js``, ``react.js`` and ``reactjs`` are one."""
    return key.replace("-", "").replace(".", "")


def parts_of(item: str) -> list[str]:
    """The names in an item that holds several, parted by commas and their like outside of brackets."""
    bare = _BRACKETS.sub(" ", item)
    return [part.strip() for part in _PARTS.split(bare) if part.strip()]


def parts_in_brackets(item: str) -> list[str]:
    """What stands in brackets, part by part: "AWS (EC2, S3)"."""
    return [
        part for match in _IN_BRACKETS.finditer(item) for part in _PARTS.split(match.group(1)) if part.strip()
    ]


def parts_by_slash(item: str) -> list[str]:
    """The names in an item that holds several, parted by slashes and words for "and"."""
    return [part.strip() for part in _SLASHES.split(item) if part.strip()]


def plainer_names(name: str) -> Iterator[str]:
    """Names that may be the same skill, from the name as written to plainer ones, best first."""
    name = unicodedata.normalize("NFKC", name).strip()
    yield name
    bare = _BRACKETS.sub(" ", name).strip()
    if bare and bare != name:
        yield bare
    lead = _REMARK.split(bare or name, maxsplit=1)[0]
    if lead and lead != bare:
        yield lead
    yield from (match.group(1) for match in _IN_BRACKETS.finditer(name))


def plainer_keys(key: str, around: frozenset[str]) -> Iterator[str]:
    """Keys that may be the same skill without a version or the words around it, nearest first.

    ``around`` holds those words. The caller stops at the first that is known, so a bare number may be cut.
    """
    tokens = key.split("-")
    while tokens:
        joined = _JOINED_VERSION.match(tokens[-1])
        if len(tokens) > 1 and (_VERSION.match(tokens[-1]) or tokens[-1] in around):
            tokens = tokens[:-1]
        elif joined:
            tokens = [*tokens[:-1], joined.group(1)]
        elif len(tokens) > 1 and (tokens[0] in around or _VERSION.match(tokens[0])):
            tokens = tokens[1:]
        else:
            return
        yield "-".join(tokens)


def unknown_key(name: str) -> str:
    """The key of a skill that no vocabulary holds: brackets and sure versions are not part of it.

    What is nothing but brackets or a version keeps them. A key is its own key.
    """
    bare = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", name))
    key = skill_key(bare) or skill_key(name)
    tokens = key.split("-")
    while len(tokens) > 1 and _SURE_VERSION.match(tokens[-1]):
        tokens.pop()
    return "-".join(tokens)
