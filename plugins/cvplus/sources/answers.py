"""What an answer means before its records are looked at: usable, or which of the plant's errors."""

import contextlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import requests
from dlt.common import jsonpath
from dlt.sources.helpers.rest_client.exceptions import IgnoreResponseException

from cvplus.errors import (
    AccessRefused,
    ConfigurationError,
    MalformedAnswer,
    PlantError,
    QuotaExhausted,
    SourceUnavailable,
    Where,
)
from cvplus.sources.declaration import Quota
from cvplus.sources.paths import compiled
from cvplus.sources.quota import LONGEST_WAIT_SECONDS, is_throttled, told_wait
from cvplus.sources.secrecy import mask

RUN_AGAIN = "Wait and run the task again; it goes on from the cached pages."
LOOK_AT_ANSWER = (
    "Compare the provider's answer with docs/sources; if its format changed, change the declaration."
)
# A provider's clock that is further ahead is wrong (or ours is), and so are the instants that it tells.
TOLERATED_AHEAD = timedelta(hours=1)
_MESSAGE_FIELDS = ("error_message", "message", "value", "display", "error", "errors", "detail", "title")


def check_answer(
    response: requests.Response,
    data_selector: str | None,
    where: Where,
    secrets: Iterable[str],
    oddity: Callable[[requests.Response], None] | None,
    quota: Quota,
) -> None:
    """Raise the plant error that an unusable answer stands for.

    The source's own ``oddity`` is asked first. Without a ``data_selector`` the endpoint reads for itself, and
    only what holds for every answer is checked.

    Raises:
        AccessRefused: 401 or 403.
        QuotaExhausted: throttled for longer than a worker sleeps.
        SourceUnavailable: throttled for less, or 5xx, beyond the retries.
        ConfigurationError: a redirect, or any other 4xx: the request is wrong.
        MalformedAnswer: a web page, not JSON, not in its charset, no list where the records should be, or
            from a provider whose clock is ahead.
        IgnoreResponseException: 204: there is nothing, and that is all right.
    """
    try:
        if oddity is not None:
            _ask(oddity, response)
        if response.status_code == 204:
            raise IgnoreResponseException
        if response.status_code >= 300:
            _refuse(response, where.source, quota)
        _check_clock(response)
        _check_records(response, data_selector)
    except RecursionError:
        raise MalformedAnswer(cause="The answer is nested too deep.", remedy=RUN_AGAIN, where=where) from None
    except PlantError as error:
        error.cause = mask(error.cause, secrets)
        if error.where == Where():
            error.where = where
        raise


def _ask(oddity: Callable[[requests.Response], None], response: requests.Response) -> None:
    """Let the source's own check judge; what it stumbles over is not what the provider's contract says."""
    try:
        oddity(response)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise MalformedAnswer(
            cause=f"The answer is not what is declared ({type(error).__name__}: {str(error)[:120]}).",
            remedy=LOOK_AT_ANSWER,
        ) from None


def json_of(response: requests.Response) -> Any:
    """An answer's JSON, decoded once: who asks for it after this is given the same objects, libraries too.

    Raises:
        ValueError: it has none, or one that is nested deeper than Python reads (about a thousand levels).
    """
    try:
        body = response.json()
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    response.json = lambda **_: body  # type: ignore[method-assign]
    return body


def provider_message(response: requests.Response) -> str:
    """What the provider says about a failure, in at most 200 characters."""
    if _is_web_page(response):
        return "a web page"
    body: Any = None
    with contextlib.suppress(ValueError):
        body = json_of(response)
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, dict):
        texts = [str(body[name]) for name in _MESSAGE_FIELDS if body.get(name)]
        return (texts[0] if texts else "no message")[:200]
    return " ".join(response.text.split())[:200] or "no message"


def _refuse(response: requests.Response, source: str | None, quota: Quota) -> NoReturn:
    status, message = response.status_code, provider_message(response)
    said = f"(HTTP {status}: {message})"
    wait = told_wait(status, response.headers, response.text, quota)
    throttled = is_throttled(status, wait, quota)
    if throttled and wait is not None and wait > LONGEST_WAIT_SECONDS:
        raise QuotaExhausted(
            cause=f"The quota is spent; it resets in {wait:.0f} s {said}.",
            remedy="Run the window again after the reset, or ask the provider for more.",
        )
    if status in (401, 403) and not throttled:
        raise AccessRefused(
            cause=f"The provider refused the key {said}.",
            remedy=f"Check the Airflow connection `{source}` and what its key covers "
            f"(docs/sources/{source}.md).",
        )
    if throttled or status >= 500:
        raise SourceUnavailable(cause=f"The provider kept failing {said}.", remedy=RUN_AGAIN)
    if status < 400:
        raise ConfigurationError(
            cause=f"The provider has moved (HTTP {status} to {response.headers.get('Location', 'nowhere')}).",
            remedy="Correct client.base_url in the declaration, or host in the Airflow connection.",
        )
    raise ConfigurationError(
        cause=f"The provider does not accept the request {said}.",
        remedy="Correct the endpoint in the declaration; docs/add_a_source.md explains its fields.",
    )


def _check_records(response: requests.Response, data_selector: str | None) -> None:
    if _is_web_page(response):
        raise MalformedAnswer(
            cause="The provider answered with a web page (a login or maintenance page?) instead of JSON.",
            remedy="Open the address in a browser; check the key and whether the provider is in maintenance.",
        )
    _check_encoding(response)
    if data_selector is None:
        return
    try:
        body = json_of(response)
    except ValueError as error:
        beginning = " ".join(response.text.split())[:60]
        raise MalformedAnswer(
            cause=f"The answer is not JSON ({_told(error)}); it begins {beginning!r}.",
            remedy=RUN_AGAIN,
        ) from None
    found = jsonpath.find_values(compiled(data_selector), body)
    if not found or not isinstance(found[0], list):
        fields = ", ".join(sorted(body)[:10]) if isinstance(body, dict) else type(body).__name__
        raise MalformedAnswer(
            cause=f"The answer has no list of records at {data_selector!r}; it has: {fields}.",
            remedy=LOOK_AT_ANSWER,
        )


def _told(error: ValueError) -> str:
    """What kind of fault it is; what the decoder says of JSON names a place in a text that nobody has."""
    return type(error).__name__ if isinstance(error, requests.JSONDecodeError) else str(error)


def _check_clock(response: requests.Response) -> None:
    told = response.headers.get("Date", "")
    with contextlib.suppress(ValueError, TypeError, OverflowError):  # no date, or one without a zone
        ahead = parsedate_to_datetime(told) - datetime.now(UTC)
        if ahead > TOLERATED_AHEAD:
            raise MalformedAnswer(
                cause=f"The provider's clock is {ahead.total_seconds() / 3600:.0f} h ahead of ours, so the "
                "instants in its answer cannot be right.",
                remedy="Compare this machine's clock; if it is right, run the task again once theirs is.",
            )


def _check_encoding(response: requests.Response) -> None:
    """An answer's text as Python's ``requests`` gives it has a replacement character for what is no text."""
    charset = response.encoding or "utf-8"
    try:
        response.content.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise MalformedAnswer(
            cause=f"The answer is not the {charset} that it says it is ({error}).", remedy=RUN_AGAIN
        ) from None


def _is_web_page(response: requests.Response) -> bool:
    content_type = response.headers.get("Content-Type", "").lower()
    return "html" in content_type or response.content[:200].lstrip().startswith(b"<")
