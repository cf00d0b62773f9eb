"""Fits the rankers of titles, and tells how well they do on what they were not fitted on.

    python -m cvplus.enrich.occupations.fit [--only esco]

ESCO's ranker learns from titles of national classifications, the SOC's from titles that O*NET gives. Ten
parts: a title of a part is compared with names and titles of the other parts alone, and judged by a ranker
fitted on those. The rankers that are written have learnt from all parts.
"""

import argparse
import gzip
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import xgboost
from sklearn.isotonic import IsotonicRegression

from cvplus.enrich.occupations.finders import LANGUAGES, esco_finder, queries, soc_finder
from cvplus.enrich.occupations.groups import Hidden
from cvplus.enrich.occupations.index import Floats, Ints
from cvplus.enrich.occupations.ranking import RANKERS_FILE, chance_table
from cvplus.enrich.occupations.reference import REFERENCE, esco_table, national_titles, share_of, soc_table
from cvplus.enrich.occupations.tables import Candidates

PARTS = 10
_THREADS = 1  # more of them wait for each other where cores are shared
CANDIDATE_TREES = {
    "n_estimators": 300, "max_depth": 6, "learning_rate": 0.04, "subsample": 0.6, "colsample_bytree": 0.4,
    "min_child_weight": 5, "n_jobs": _THREADS, "tree_method": "hist", "random_state": 0,
}  # fmt: skip
GROUP_TREES = {
    "n_estimators": 120, "max_depth": 3, "learning_rate": 0.06, "subsample": 0.7, "colsample_bytree": 0.6,
    "min_child_weight": 5, "n_jobs": _THREADS, "tree_method": "hist", "random_state": 0,
}  # fmt: skip
_STEPS = 60


@dataclass(frozen=True)
class Lesson:
    """Titles, their candidates, the right occupations of each title, and the part that each is in."""

    titles: list[str]
    languages: list[str]
    found: Candidates
    right: list[set[int]]
    parts: Ints
    groups: Ints


@dataclass(frozen=True)
class Judged:
    """What was answered for each title by rankers that hadn't seen its part; -1 where nothing."""

    occupations: Ints
    confidence: Floats
    group_confidence: Floats
    is_right: Ints
    is_group_right: Ints


def esco_lesson() -> Lesson:
    """Titles of national classifications in five languages."""
    titles: list[str] = []
    languages: list[str] = []
    right: list[set[int]] = []
    rows, occupations, tables, parts = [], [], [], []
    for language in LANGUAGES:
        told, truth = national_titles(language)
        part = np.array([share_of(f"{language} {title}", PARTS) for title in told])
        found = esco_finder(language).find(queries(told, language), Hidden(part, part))
        rows.append(found.rows + len(titles))
        occupations.append(found.occupations)
        tables.append(found.table)
        parts.append(part)
        titles += told
        languages += [language] * len(told)
        right += [{int(one)} for one in truth]
    found = Candidates(np.concatenate(rows), np.concatenate(occupations), np.concatenate(tables))
    return Lesson(titles, languages, found, right, np.concatenate(parts), esco_table().occupations.groups)


def soc_lesson() -> Lesson:
    """Titles of O*NET that were kept apart."""
    table = soc_table()
    right: dict[str, set[int]] = {}
    for title, occupation in zip(table.example_titles, table.example_occupations, strict=True):
        right.setdefault(title, set()).add(int(occupation))
    titles = list(right)
    part = np.array([share_of(title, PARTS) for title in titles])
    of_names = np.array([share_of(title, PARTS) for title in table.example_titles])
    found = soc_finder().find(queries(titles, "en"), Hidden(part, of_names))
    return Lesson(titles, ["en"] * len(titles), found, list(right.values()), part, table.occupations.groups)


def labels(lesson: Lesson) -> Ints:
    """1 for each candidate that is right."""
    pairs = zip(lesson.found.rows, lesson.found.occupations, strict=True)
    return np.array([int(int(occupation) in lesson.right[row]) for row, occupation in pairs])


def _group_labels(lesson: Lesson, rows: Ints, occupations: Ints) -> Ints:
    groups = [{int(lesson.groups[one]) for one in right} for right in lesson.right]
    return np.array([int(int(lesson.groups[o]) in groups[r]) for r, o in zip(rows, occupations, strict=True)])


def _fitted(trees: dict[str, Any], table: Floats, target: Ints) -> xgboost.XGBClassifier:
    return xgboost.XGBClassifier(**trees).fit(table, target)


def _chances(model: xgboost.XGBClassifier, table: Floats) -> Floats:
    return np.asarray(model.predict_proba(table)[:, 1], dtype=np.float32)


def _steps(likelihoods: Floats, is_right: Ints) -> list[list[float]]:
    """Isotonic regression from likelihood to chance, as points to draw lines between."""
    curve = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip").fit(likelihoods, is_right)
    points = np.quantile(likelihoods, np.linspace(0, 1, _STEPS))
    return [[round(float(value), 4) for value in line] for line in (points, curve.predict(points))]


def fit(lesson: Lesson) -> tuple[dict[str, Any], Judged]:
    """The models to ship, and what models that hadn't seen a title's part say of it."""
    found, target = lesson.found, labels(lesson)
    part = lesson.parts[found.rows]
    likelihoods = np.zeros(len(target), np.float32)
    for one in range(PARTS):
        model = _fitted(CANDIDATE_TREES, found.table[part != one], target[part != one])
        likelihoods[part == one] = _chances(model, found.table[part == one])
    first, table = chance_table(found, likelihoods, lesson.groups)
    rows, occupations = found.rows[first], found.occupations[first]
    is_right, is_group_right = target[first], _group_labels(lesson, rows, occupations)
    confidence, group_confidence = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
    for one in range(PARTS):
        own = lesson.parts[rows] == one
        group_confidence[own] = _chances(_fitted(GROUP_TREES, table[~own], is_group_right[~own]), table[own])
        curve = [np.array(line) for line in _steps(likelihoods[first][~own], is_right[~own])]
        confidence[own] = np.interp(likelihoods[first][own], curve[0], curve[1])
    count = len(lesson.titles)
    judged = [np.full(count, -1), *(np.zeros(count, kind) for kind in (np.float32, np.float32, int, int))]
    group_confidence = np.maximum(group_confidence, confidence)
    for whole, told in zip(
        judged, (occupations, confidence, group_confidence, is_right, is_group_right), strict=True
    ):
        whole[rows] = told
    models = {
        "candidates": _told(_fitted(CANDIDATE_TREES, found.table, target)),
        "group": _told(_fitted(GROUP_TREES, table, is_group_right)),
        "steps": _steps(likelihoods[first], is_right),
    }
    return models, Judged(*judged)


def _told(model: xgboost.XGBClassifier) -> Any:
    return orjson.loads(bytes(model.get_booster().save_raw("json")))


def main() -> None:
    """Fit, write, and print the figures; a ranker that isn't asked for stays as it is."""
    from cvplus.enrich.occupations.evaluation import figures_of, printed

    lessons = {"esco": esco_lesson, "soc": soc_lesson}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=lessons, help="the other ranker stays as it is")
    only = parser.parse_args().only
    asked = [only] if only else list(lessons)
    path = REFERENCE / RANKERS_FILE
    models = orjson.loads(gzip.decompress(path.read_bytes())) if only else {}
    for name in asked:
        lesson = lessons[name]()
        models[name], judged = fit(lesson)
        sys.stdout.write(f"{name}, titles of parts not fitted on\n")
        sys.stdout.write(printed(figures_of(lesson.languages, judged)))
    content = gzip.compress(orjson.dumps(models), compresslevel=9, mtime=0)
    path.write_bytes(content)
    sys.stdout.write(f"{RANKERS_FILE}: {len(content):,} bytes\n")


if __name__ == "__main__":
    main()
