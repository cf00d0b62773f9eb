"""Run a step of the plant in a process of its own that is killed (SIGKILL) at a chosen call."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cvplus.settings import PROJECT_ROOT
from ml.registry import ModelStore


def run_until_killed(place: str, nth: int, task: str, *arguments: Any, **options: Any) -> None:
    """Run a step, which dies when ``place`` is called the n-th time.

    ``place`` is ``module:attribute``, ``task`` is ``module:function`` or the name of one in ``ml.tasks``.

    Raises:
        AssertionError: when the process ended in any other way.
    """
    order = json.dumps([place, nth, task, arguments, options], default=_told)
    path = os.pathsep.join((str(PROJECT_ROOT), str(PROJECT_ROOT / "plugins")))
    ended = subprocess.run(
        [sys.executable, __file__, order],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=1_500,
        check=False,
    )
    assert ended.returncode == -9, ended.stderr[-2000:]


def _told(argument: Any) -> Any:
    if isinstance(argument, ModelStore):
        return {"url": argument.url, "key": argument.key.decode()}
    return str(argument)


def _understood(argument: Any) -> Any:
    if isinstance(argument, dict) and argument.keys() == {"url", "key"}:
        return ModelStore(argument["url"], argument["key"].encode())
    return argument


def main() -> None:
    """The child's part."""
    place, nth, task, told, options = json.loads(sys.argv[1])
    arguments = [_understood(argument) for argument in told]
    module_name, _, attribute = place.partition(":")
    owner: Any = importlib.import_module(module_name)
    *owners, name = attribute.split(".")
    for part in owners:
        owner = getattr(owner, part)
    original = getattr(owner, name)
    calls = iter(range(1, 1_000_000))

    def die(*given: Any, **named: Any) -> Any:
        if next(calls) == nth:
            os.kill(os.getpid(), 9)
        return original(*given, **named)

    setattr(owner, name, die)
    if "artifact_folder" in options:
        options["artifact_folder"] = Path(options["artifact_folder"])
    step_module, _, step = task.rpartition(":")
    getattr(importlib.import_module(step_module or "ml.tasks"), step)(*arguments, **options)


if __name__ == "__main__":
    main()
