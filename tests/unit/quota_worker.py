"""A process that calls as often as its quota permits, for the test that runs several of them."""

import sys
import time
from pathlib import Path

from cvplus.sources.declaration import Quota
from cvplus.sources.quota import QuotaLimiter

QUOTA = Quota(requests_per_second=20, per_minute=90)
# A permit of this second comes back within it; a longer wait says that the minute's are spent.
LONGEST_WAIT_SECONDS = 1.5


def main(folder: Path, name: str, workers: int) -> None:
    """Once all are there, print the instant (epoch seconds) at which the limiter took each call."""
    asked = [0.0]

    def clock() -> float:
        asked[0] = time.time()
        return asked[0]

    limiter = QuotaLimiter("invented", QUOTA, folder, 0.0, clock=clock)
    (folder / f"{name}.ready").touch()
    while len(list(folder.glob("*.ready"))) < workers:
        time.sleep(0.01)
    while (wait := limiter.take()) < LONGEST_WAIT_SECONDS:
        if wait == 0:
            print(asked[0], flush=True)
        else:
            time.sleep(0.005)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
