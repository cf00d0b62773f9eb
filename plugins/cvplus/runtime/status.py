"""`make status`: what runs, what waits and for what, printed."""

from functools import partial

from rich.console import Console
from rich.text import Text

from cvplus.errors import ConfigurationError
from cvplus.runtime.airflow_api import AirflowApi
from cvplus.runtime.ports import written_ports
from cvplus.runtime.services import require_own
from cvplus.settings import Settings
from cvplus.status.airflow_facts import Ask
from cvplus.status.lines import Status, Tone
from cvplus.status.reading import read_facts
from cvplus.status.why import resolved, tell_dag
from cvplus.status.words import tell

STYLES: dict[Tone, str] = {"good": "green", "plain": "", "waiting": "yellow", "bad": "bold red"}


def show_status(settings: Settings, dag: str | None, console: Console) -> bool:
    """Print the status of the plant, or of one DAG; returns whether anything of the plant answered.

    Raises:
        ConfigurationError: the plant has never been started here.
        DagUnknown: there is no DAG of that name.
    """
    url = airflow_url(settings)
    facts = read_facts(settings, partial(_log_in, settings, url), url)
    status = tell(facts) if dag is None else tell_dag(facts, resolved(dag, facts))
    print_status(status, console)
    return facts.airflow is not None or facts.warehouse is not None


def airflow_url(settings: Settings) -> str:
    """Where Airflow of this home answers when it runs; makes nothing.

    Raises:
        ConfigurationError: the plant has never been started here.
    """
    ports = written_ports(settings.home)
    if ports is None:
        raise ConfigurationError(
            cause=f"The plant has never been started in {settings.home}, or its ports.json is damaged.",
            remedy="Run `make run` or `make up`.",
        )
    return f"http://127.0.0.1:{ports['airflow']}"


def _log_in(settings: Settings, url: str) -> Ask:
    file = settings.home / "keys" / "airflow_password"
    if not file.exists():
        raise ConfigurationError(cause="Airflow has no user here yet.", remedy="Run `make up`.")
    require_own(settings.home, "airflow_api_server", int(url.rsplit(":", 1)[1]))
    return AirflowApi(url, "admin", file.read_text().strip(), attempts=1).ask


def print_status(status: Status, console: Console) -> None:
    """Print a status: one line a thing, its subject first; texts from outside are never markup."""
    say = partial(console.print, highlight=False, soft_wrap=True)
    say(Text(status.headline, style="bold"))
    for section in status.sections:
        say(Text(f"\n{section.title}", style="bold"))
        width = min(30, max(len(line.subject) for line in section.lines))
        for line in section.lines:
            say(Text.assemble("  ", (line.subject.ljust(width), STYLES[line.tone]), "  ", line.text))
            if line.next:
                say(Text(f"  {' ' * width}  Next: {line.next}", style="dim"))
