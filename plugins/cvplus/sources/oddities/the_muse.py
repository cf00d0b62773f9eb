"""The Muse says in silence that an answer is partial or beside the question, or that none follows."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from dlt.sources.helpers.rest_client.exceptions import IgnoreResponseException

from cvplus.errors import ConfigurationError, SourceUnavailable

# The filters that we send, and the list of a record in which what was asked for must stand.
_FILTERS = {"category": "categories", "level": "levels"}


def check_answer(response: requests.Response) -> None:
    """Refuse a partial answer and one to another question; take the refusal of a later page for the end.

    Code and not data because a search that ran out of time and a filter that is passed over come with
    status 200, and because a page behind the last is the wrong request 400, as a wrong first page is too.

    Raises:
        SourceUnavailable: the provider's own search timed out, so records are missing.
        ConfigurationError: the records are not of the category or level that was asked for.
        IgnoreResponseException: there is no such page any more.
    """
    asked = {name: values[0] for name, values in parse_qs(urlsplit(response.request.url or "").query).items()}
    if response.status_code == 400 and int(asked.get("page", "0")) > 0:
        raise IgnoreResponseException
    if response.status_code != 200:
        return
    try:
        body: Any = response.json()
    except ValueError:
        return
    if not isinstance(body, dict):
        return
    if body.get("timed_out") is True:
        raise SourceUnavailable(
            cause="The provider's search ran out of time and gave a part of its answer.",
            remedy="Wait and run the task again.",
        )
    for name, field in _FILTERS.items():
        if name in asked and not _is_followed(body.get("results"), field, asked[name]):
            raise ConfigurationError(
                cause=f"The provider passes over {name}={asked[name]}: most records are of another.",
                remedy="Take it off the list in config/sources/the_muse.yaml, or off the connection's extra.",
            )


def _is_followed(records: Any, field: str, wanted: str) -> bool:
    """Whether most records that say what they are name what was asked for; by chance, some always do."""
    told = (
        [_names(record, field) for record in records if isinstance(record, dict)]
        if isinstance(records, list)
        else []
    )
    told = [names for names in told if names]
    return 2 * sum(wanted in names for names in told) >= len(told)


def _names(record: dict[str, Any], field: str) -> set[Any]:
    items = record.get(field)
    held = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {item.get(name) for item in held for name in ("name", "short_name")}
