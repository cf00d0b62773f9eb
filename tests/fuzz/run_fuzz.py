"""Runs the fuzz on this machine: ``make fuzz [N=10000] [SEED=7]``. Half of the cases are drops, half answers.

Prints how the cases ended, every defect with the file that shows it again, and the peak of resident memory;
ends with 1 when there is a defect or the memory went over its limit.
"""

import argparse
import base64
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import psycopg
from found import Found
from fuzz_answers import fuzz_answers
from fuzz_exports import fuzz_exports
from peak_memory import peak_bytes

from cvplus.exports.registry import product_resources
from cvplus.privacy.keys import SubjectKeyring
from cvplus.privacy.master_key import parse_master_key
from cvplus.runtime.postgres import start_postgres, stop_postgres
from cvplus.warehouse.schema import apply_schema
from sandbox.market import MarketRequest, build

MOST_MEMORY_BYTES = 1 << 30
MARKET = MarketRequest("tiny", 7, 180, date(2026, 11, 23))


def run(count: int, seed: int, folder: Path) -> Found:
    """Fuzz with a server and a market of our own, which are gone at the end; inputs of defects stay."""
    found = Found()
    with tempfile.TemporaryDirectory(prefix="cvplus-fuzz-") as name:
        work = Path(name)
        work.chmod(0o755)
        build(work / "market", MARKET)
        server = start_postgres(work / "postgres", "fuzz")
        try:
            with psycopg.connect(server.url()) as connection:
                apply_schema(connection, product_resources())
                connection.commit()
                keyring = SubjectKeyring(connection, parse_master_key(base64.b64encode(bytes(32)).decode()))
                fuzz_exports(count // 2, seed, keyring, work / "market" / "exports", folder, found)
        finally:
            stop_postgres(server.data_folder)
        fuzz_answers(count - count // 2, seed, folder, found)
    return found


def main() -> int:
    """Fuzz, print what was found, and say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path("var/fuzz").absolute())
    arguments = parser.parse_args()
    began = time.monotonic()
    found = run(arguments.count, arguments.seed, arguments.folder)
    for end, count in found.ends.most_common():
        print(f"{count:8}  {end}")
    for defect in found.defects:
        print(f"DEFECT  {defect}")
    peak = peak_bytes()
    print(
        f"{arguments.count} cases of seed {arguments.seed} in {time.monotonic() - began:.0f} s:"
        f" {found.records} records, {len(found.defects)} defects,"
        f" at most {peak / (1 << 20):.0f} MiB of memory"
    )
    return 1 if found.defects or peak > MOST_MEMORY_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
