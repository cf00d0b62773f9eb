"""Every pattern that meets text from outside, and texts that are made to be slow for each.

The texts follow from a pattern's own parts: what it may repeat without end, again and again, after the
beginning that leads to it and without it, and never with the end that it wants.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as kind
from re import _parser as parser
from types import ModuleType
from typing import Any

import cvplus.enrich
import cvplus.exports
import cvplus.lake
import cvplus.privacy
import cvplus.sources
import cvplus.warehouse
from cvplus.privacy.personal import load_personal_rules
from cvplus.sources.registry import load_sources

PACKAGES = (
    cvplus.enrich,
    cvplus.exports,
    cvplus.lake,
    cvplus.privacy,
    cvplus.sources,
    cvplus.warehouse,
)
REPEATS = (kind.MAX_REPEAT, kind.MIN_REPEAT, kind.POSSESSIVE_REPEAT)
# A repetition that may be longer is one to try: a shorter one costs the same however long the text is.
SHORT = 5_000
SIGNS = "a0 .-,_(<>&/\n\"'=+@Aé•"
END = "\0"


def outside_patterns() -> dict[str, re.Pattern[Any]]:
    """Patterns by the place where they stand: of modules, of ``privacy.yaml`` and of the declarations."""
    found: dict[str, re.Pattern[Any]] = {}
    for package in PACKAGES:
        for module in (package, *_modules_of(package)):
            for name, value in vars(module).items():
                for place, pattern in enumerate(_patterns_in(value)):
                    found[f"{module.__name__}.{name}[{place}]"] = pattern
    rules = load_personal_rules()
    found |= {f"privacy.yaml {name}": re.compile(text) for name, text in rules.personal_patterns.items()}
    for source, declared in load_sources().items():
        told = declared.quota.throttled_text
        if told is not None:
            found[f"{source}.yaml throttled_text"] = told
    return found


def hostile_texts(pattern: re.Pattern[Any], length: int) -> list[Any]:
    """Texts of about ``length`` characters (bytes for a pattern of bytes), each made against this pattern."""
    parsed = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    made: dict[str, None] = {}
    for before, unit in _repetitions(list(parsed), ""):
        for start, repeated in (("", unit), (before, unit), ("", before + unit), ("", before)):
            if repeated:
                made[start + repeated * (length // len(repeated)) + END] = None
    texts = list(made)
    return [text.encode() for text in texts] if isinstance(pattern.pattern, bytes) else texts


def _modules_of(package: ModuleType) -> Iterator[ModuleType]:
    for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if "skeleton" not in one.name:
            yield importlib.import_module(one.name)


def _patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _patterns_in(tuple(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _patterns_in(item)


def _repetitions(items: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """What a sequence may repeat at length, and the shortest text that leads there."""
    for operation, argument in items:
        if operation in REPEATS:
            least, most, inner = argument
            for unit in _units(list(inner)):
                if most > SHORT and unit:
                    yield before, unit
            yield from _repetitions(list(inner), before)
            before += _shortest(list(inner)) * max(1, least)
        else:
            for branch in _branches(operation, argument):
                yield from _repetitions(branch, before)
            before += _shortest([(operation, argument)])


def _branches(operation: Any, argument: Any) -> list[list[Any]]:
    if operation is kind.BRANCH:
        return [list(branch) for branch in argument[1]]
    if operation is kind.SUBPATTERN:
        return [list(argument[-1])]
    if operation is kind.ATOMIC_GROUP:
        return [list(argument)]
    return []


def _units(items: list[Any]) -> list[str]:
    """Texts that a repetition goes on with: a class is tried with signs of each sort that it holds."""
    if len(items) == 1 and items[0][0] in (kind.IN, kind.ANY, kind.NOT_LITERAL):
        signs = _signs(*items[0])
        return [*signs[:3], "".join(signs)]
    if len(items) == 1 and (branches := _branches(*items[0])):
        return [unit for branch in branches for unit in _units(branch)]
    return [_shortest(items)]


def _signs(operation: Any, argument: Any) -> list[str]:
    """Signs that one place of a pattern takes."""
    if operation is kind.ANY:
        return ["a", " "]
    if operation is kind.NOT_LITERAL:
        return [sign for sign in SIGNS if ord(sign) != argument]
    is_negated = argument[0][0] is kind.NEGATE
    told = argument[1:] if is_negated else argument
    own = "".join(chr(value) for what, value in told if what is kind.LITERAL)
    own += "".join(chr(value[0]) for what, value in told if what is kind.RANGE)
    return [sign for sign in dict.fromkeys(SIGNS + own) if _is_one_of(told, sign) != is_negated]


def _is_one_of(told: list[Any], sign: str) -> bool:
    of_category = {
        kind.CATEGORY_DIGIT: sign.isdigit(),
        kind.CATEGORY_NOT_DIGIT: not sign.isdigit(),
        kind.CATEGORY_SPACE: sign.isspace(),
        kind.CATEGORY_NOT_SPACE: not sign.isspace(),
        kind.CATEGORY_WORD: sign.isalnum() or sign == "_",
        kind.CATEGORY_NOT_WORD: not (sign.isalnum() or sign == "_"),
    }
    return any(
        (what is kind.LITERAL and value == ord(sign))
        or (what is kind.RANGE and value[0] <= ord(sign) <= value[1])
        or (what is kind.CATEGORY and of_category[value])
        for what, value in told
    )


def _shortest(items: list[Any]) -> str:
    """A short text that a sequence takes; what is optional is in it once, conditions are left out."""
    text = ""
    for operation, argument in items:
        if operation is kind.LITERAL:
            text += chr(argument)
        elif operation in (kind.IN, kind.ANY, kind.NOT_LITERAL):
            text += _signs(operation, argument)[0]
        elif operation in REPEATS:
            text += _shortest(list(argument[2])) * max(1, argument[0])
        elif branches := _branches(operation, argument):
            text += _shortest(branches[0])
    return text
