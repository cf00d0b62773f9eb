"""Findings as lines for a person."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from cvplus.checks.findings import Finding


def print_findings(findings: Iterable[Finding], console: Console) -> None:
    """Print a line a finding, its subject first; texts from outside are never markup."""
    findings = list(findings)
    width = max((len(finding.subject) for finding in findings), default=0)
    for finding in findings:
        style = "bold red" if finding.is_missing else "yellow" if finding.is_doubtful else "green"
        line = Text.assemble((finding.subject.ljust(width), style), "  ", finding.told)
        if finding.remedy:
            line.append(f" Next: {finding.remedy}", style="dim")
        console.print(line, highlight=False, soft_wrap=True)
