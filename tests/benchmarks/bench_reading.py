"""Reading postings against looking at the same texts bare, in one run and on one core.

``python tests/benchmarks/bench_reading.py [--postings 1000] [--output var/bench/reading.json]`` makes
postings of seven languages from the tables of cases and the labelled postings, no two alike, and prints
postings a second of ``posting_facts`` in one process, MB of text a second of the automaton that finds skills,
and texts a second of each reader; each beside a bare ``casefold`` and split into words of the same texts.
Targets: what the manual promises (docs/reading.md), 20 MB/s a core for the automaton, and memory that does
not grow with the postings (ten times as many, in processes of their own). The aim of 10,000 postings a second
on two cores is printed beside; it is no target.
"""

import argparse
import multiprocessing
import re
import sys
from collections.abc import Callable, Iterator
from itertools import count, islice
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time

import orjson
import psutil
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))

from cvplus.enrich.evaluation import read_labels
from cvplus.enrich.posting_facts import posting_facts
from cvplus.enrich.posting_text import PostingText
from cvplus.enrich.readers.phrases import lay_out
from cvplus.enrich.readers.registry import KINDS, read_texts
from cvplus.enrich.readers.skills.lexicon import load_lexicon
from cvplus.enrich.records import CHUNK_RECORDS
from cvplus.evaluation.evaluators import LABELLED
from cvplus.evaluation.reader_cases import all_cases

PROMISED_POSTINGS = 150
AIMED_POSTINGS = 10_000
TARGET_MEGABYTES = 20
TIMES_MORE = 10
GROWTH_ALLOWED = 1.2
SHORTEST_TEXT = 1_500
REPEATS = 3
WORD = re.compile(r"\w+")


def postings() -> Iterator[PostingText]:
    """Postings without end, the same in every run; each is numbered, so that no cache has seen it.

    A text is of one language, at least 1,500 characters: a labelled requirement behind two texts about
    something else, and so on.
    """
    cases = list(all_cases())
    titles, pays, places = (
        [case for case in cases if case.kind == kind] for kind in ("title", "pay", "place")
    )
    asked: dict[str, list[str]] = {}
    for labelled in read_labels(sorted(LABELLED.glob("*.jsonl"))):
        asked.setdefault(labelled["language"], []).append(labelled["text"])
    others = {
        language: [case.text for case in cases if case.expected.get("language") == language]
        for language in asked
    }
    languages = sorted(asked)
    for number in count():
        language = languages[number % len(languages)]
        parts = [f"No. {number}"]
        while sum(map(len, parts)) < SHORTEST_TEXT:
            texts = (asked if len(parts) % 3 == 0 else others)[language]
            parts.append(texts[(number + len(parts)) % len(texts)])
        pay = pays[number % len(pays)]
        yield PostingText(
            title=f"{titles[number % len(titles)].text} {number}",
            text="\n".join(parts),
            place=places[number % len(places)].text,
            country=pay.given.get("country"),
            pay=(pay.text,),
        )


def bare(texts: list[str]) -> None:
    """Look at every word of texts, and find nothing."""
    for text in texts:
        WORD.findall(text.casefold())


def seconds(read: Callable[[], object], repeats: int = REPEATS) -> float:
    """The least CPU seconds of some readings."""
    taken = []
    for _ in range(repeats):
        began = process_time()
        read()
        taken.append(process_time() - began)
    return min(taken)


def read_many(number: int, answer: Connection) -> None:
    """Read postings chunk by chunk, as enrichment does; answers the process's memory at its end in MiB.

    Not its peak: that is when the lists are loaded, whatever is read.
    """
    source = postings()
    for _ in range(0, number, CHUNK_RECORDS):
        posting_facts(list(islice(source, CHUNK_RECORDS)))
    answer.send(psutil.Process().memory_info().rss / 2**20)


def memory_after(number: int) -> float:
    """Run :func:`read_many` in a process that shares no memory with this one."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=read_many, args=(number, there))
    process.start()
    there.close()
    memory: float = here.recv()
    process.join()
    return memory


def whole_postings(table: Table, number: int) -> float:
    """Postings a second of everything together; the first ones load the lists and are not counted."""
    chunk = list(islice(postings(), CHUNK_RECORDS + number))
    first, timed = chunk[:CHUNK_RECORDS], chunk[CHUNK_RECORDS:]
    posting_facts(first)
    texts = [f"{one.title}\n{one.place}\n{one.pay[0]}\n{one.text}" for one in timed]
    # Once: a second time, caches would answer.
    taken = seconds(lambda: posting_facts(timed), 1)
    _add(table, "postings, everything", texts, taken)
    return number / taken


def automaton(table: Table, number: int) -> float:
    """Megabytes (10^6) of laid-out text a second in which it finds the names of skills and the cues."""
    texts = [one.text for one in islice(postings(), number)]
    pages = [lay_out(text) for text in texts]
    find = load_lexicon().finder.find
    taken = seconds(lambda: [len(find(page)) for page in pages])
    _add(table, "skills, the automaton", texts, taken)
    return sum(len(page.words) for page in pages) / taken / 1e6


def each_reader(table: Table) -> dict[str, float]:
    """Texts a second of each kind of reading, on the other texts of its table than those that warm it up."""
    found = {}
    cases = list(all_cases())
    for kind in KINDS:
        texts = [case.as_text() for case in cases if case.kind == kind]
        read_texts(kind, texts[::10])
        timed = [text for number, text in enumerate(texts) if number % 10]
        taken = seconds(lambda kind=kind, timed=timed: read_texts(kind, timed), 1)
        _add(table, f"{kind}, texts of its table", [text.text for text in timed], taken)
        found[kind] = len(timed) / taken
    return found


def _add(table: Table, name: str, texts: list[str], taken: float) -> None:
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    table.add_row(
        name,
        f"{len(texts):,}",
        f"{len(texts) / taken:,.0f}",
        f"{megabytes / taken:,.2f}",
        f"{seconds(lambda: bare(texts)) / taken:.3f}",
    )


def main() -> int:
    """Print the result; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postings", type=int, default=1_000)
    parser.add_argument("--output", type=Path, help="also write the result as JSON")
    asked = parser.parse_args()
    table = Table(title="Reading, on one core")
    for name in ("", "texts", "texts a second", "MB a second", "beside bare"):
        table.add_column(name, justify="right")
    rate = whole_postings(table, asked.postings)
    megabytes = automaton(table, asked.postings)
    readers = each_reader(table)
    Console().print(table)
    memory, more_memory = (memory_after(number) for number in (asked.postings, asked.postings * TIMES_MORE))
    result = {
        "postings_per_second": rate,
        "postings_per_second_promised": PROMISED_POSTINGS,
        "postings_per_second_aimed": AIMED_POSTINGS / 2,
        "automaton_megabytes_per_second": megabytes,
        "texts_per_second": readers,
        "memory_mib": memory,
        "more_memory_mib": more_memory,
        "memory_growth": more_memory / memory,
    }
    targets = {
        f"{rate:,.0f} postings a second on one core, {PROMISED_POSTINGS} promised": rate >= PROMISED_POSTINGS,
        f"{megabytes:.1f} MB a second of the automaton, {TARGET_MEGABYTES} asked": megabytes
        >= TARGET_MEGABYTES,
        f"{memory:.0f} MiB, {more_memory:.0f} after {TIMES_MORE} times as many postings": more_memory
        <= GROWTH_ALLOWED * memory,
    }
    for told, is_held in targets.items():
        sys.stdout.write(f"{told}: {'held' if is_held else 'missed'}\n")
    sys.stdout.write(
        f"aim: {AIMED_POSTINGS:,} postings a second on two cores; two give {2 * rate:,.0f} now\n"
    )
    if asked.output:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_bytes(orjson.dumps(result))
    return 0 if all(targets.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
