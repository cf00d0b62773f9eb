"""Land one large answer in a process of its own, and print how much memory that process took at the most.

``python landed_answer.py <kind>``; a body of each kind is as large as ``config/answers.yaml`` lets it be.
"""

import gzip
import json
import sys
import tempfile
from pathlib import Path

from peak_memory import peak_bytes
from replaying import WINDOW
from scripted_provider import KEY, declared
from test_hostile_answers import serving_bytes, whole

from cvplus.lake.store import open_lake
from cvplus.sources.credentials import Credentials
from cvplus.sources.land import land_resource
from cvplus.sources.limits import AnswerLimits
from cvplus.sources.session import SessionOptions

LIMITS = AnswerLimits()
ROOM = LIMITS.answer_bytes - (1 << 16)
SMILE = "\U0001f600"  # four bytes in UTF-8, and makes Python hold every letter of its text in four

KINDS = {
    "empty_records": lambda: b",".join([b"{}"] * (LIMITS.answer_values // 2 - 10)),
    "no_records": lambda: b",".join([b"[]"] * (LIMITS.answer_values // 2 - 10)),
    "nested_records": lambda: b",".join([b'{"a":[{"b":{}}]}'] * (LIMITS.answer_values // 5 - 10)),
    "one_text": lambda: json.dumps({"id": 1, "text": SMILE * (ROOM // 4)}, ensure_ascii=False).encode(),
    "texts": lambda: b",".join(
        json.dumps({"id": number, "text": SMILE * 600}, ensure_ascii=False).encode()
        for number in range(ROOM // 2_500)
    ),
}


def main(kind: str) -> None:
    """Land the answer; prints its records and the process's peak, bytes."""
    body = b'{"more": false, "items": [' + KINDS[kind]() + b"]}"
    with serving_bytes() as wire, tempfile.TemporaryDirectory() as folder:
        wire.sends = whole(gzip.compress(body, 1), Content_Encoding="gzip")
        del body
        manifest = land_resource(
            declared(),
            "things",
            WINDOW,
            Credentials(base_url=wire.url, password=KEY),
            open_lake(Path(folder, "lake").as_uri()),
            "run-1",
            SessionOptions(cache_folder=Path(folder, "cache"), retries=0, reaches_this_machine=True),
        )
    print(json.dumps({"rows_read": manifest.rows_read, "peak_bytes": peak_bytes()}))


if __name__ == "__main__":
    main(sys.argv[1])
