"""Stack Exchange says everything that matters in the body, with status 400 or even 200."""

from typing import Any, NoReturn

import requests

from cvplus.errors import AccessRefused, ConfigurationError, SourceUnavailable

_REFUSED = (
    "access_token_required",
    "invalid_access_token",
    "access_denied",
    "key_required",
    "access_token_compromised",
)
_UNAVAILABLE = ("internal_error", "temporarily_unavailable")


def check_answer(response: requests.Response) -> None:
    """Read ``error_id`` whatever the status is; a spent quota is left to the declaration.

    Code and not data because the kind of failure stands in the body.
    """
    try:
        body: Any = response.json()
    except ValueError:
        return
    if isinstance(body, dict) and "error_id" in body and body.get("error_name") != "throttle_violation":
        _refuse(body)


def _refuse(body: dict[str, Any]) -> NoReturn:
    name, message = str(body.get("error_name")), str(body.get("error_message", "no message"))[:200]
    said = f"({name}: {message})"
    if name in _REFUSED:
        raise AccessRefused(
            cause=f"The provider refused the key {said}.",
            remedy="Check the app key in the Airflow connection `stack_overflow`, or remove it: the source "
            "works without one, up to page 25.",
        )
    if name in _UNAVAILABLE:
        raise SourceUnavailable(
            cause=f"The provider is out of order {said}.", remedy="Wait and run the task again."
        )
    raise ConfigurationError(
        cause=f"The provider does not accept the request {said}.",
        remedy="Correct the endpoint in config/sources/stack_overflow.yaml.",
    )
