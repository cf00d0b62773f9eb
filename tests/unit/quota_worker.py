"""A process that calls as often as its quota permits, for the test that runs several of them."""

import sys
import time
from pathlib import Path

from cvplus.sources.declaration import Quota
from cvplus.sources.quota import QuotaLimiter

QUOTA = Quota(requests_per_second=20, per_minute=90)


def main(folder: Path, until: float) -> None:
    """Print the instant (epoch seconds) of each permitted call."""
    limiter = QuotaLimiter("invented", QUOTA, folder, 0.0)
    while time.time() < until:
        if limiter.take() == 0:
            print(time.time())
        else:
            time.sleep(0.005)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
