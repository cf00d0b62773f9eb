"""The lifecycle's command line: apply ``config/lifecycle.yaml`` to the lake, or say what would change."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from cvplus.errors import PlantError
from cvplus.operations.archiving import archive_lake
from cvplus.operations.runs import RunAccount


def main(arguments: Sequence[str] | None = None, console: Console | None = None) -> int:
    """Apply and print the report; 0 when it was done, 1 (with cause and remedy) when it was not."""
    parser = argparse.ArgumentParser(
        prog="python -m cvplus.operations.archiving_commands", description=__doc__
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    asked = parser.parse_args(arguments)
    console = console or Console()
    try:
        report = archive_lake(RunAccount(), is_dry_run=asked.dry_run)
    except PlantError as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    console.print(report, markup=False, highlight=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
