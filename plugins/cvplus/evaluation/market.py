"""The sandbox's market that this home runs against, and what it knows that no provider tells."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cvplus.settings import PROJECT_ROOT, load_settings


@dataclass(frozen=True, slots=True)
class Market:
    """A market of ``size``, drawn with ``seed``, under the plant's ``home``."""

    home: Path
    size: str
    seed: int

    @property
    def name(self) -> str:
        """What figures call it."""
        return f"simulated market, {self.size}, seed {self.seed}"

    def truth(self, of: str) -> list[dict[str, Any]]:
        """What the market knows of its jobs, employers or applications (``python -m sandbox truth``)."""
        return [orjson.loads(line) for line in self.ask(of).splitlines()]

    def ask(self, of: str, *more: str) -> bytes:
        """The answer as it is printed."""
        home = str(self.home / "sandbox")
        command = [sys.executable, "-m", "sandbox", "truth", "--home", home, "--of", of, *more]
        return subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True).stdout


def own_market() -> Market | None:
    """The market of this home; ``None`` where it runs against none."""
    home = load_settings().home
    file = home / "sandbox" / "market.json"
    if not file.exists():
        return None
    told = orjson.loads(file.read_bytes())
    return Market(home, told["size"], told["seed"])
