"""Indeed's GraphQL says what went wrong with status 200, sometimes beside data that are good."""

from typing import Any

import requests

from cvplus.errors import AccessRefused, ConfigurationError, SourceUnavailable
from cvplus.sources.answers import RUN_AGAIN

_REFUSED = ("FORBIDDEN", "UNAUTHENTICATED")
_PASSING = ("DOWNSTREAM_SERVICE_ERROR", "INTERNAL_SERVER_ERROR")


def check_answer(response: requests.Response) -> None:
    """Read ``errors`` whatever the status is; data that came all the same are landed.

    Code and not data because the kind of failure stands in the body, under a status of 200.
    """
    if "json" not in response.headers.get("Content-Type", ""):
        return
    try:
        body: Any = response.json()
    except ValueError:
        return
    errors = body.get("errors") if isinstance(body, dict) else None
    if not errors or (body.get("data") or {}).get("jobSearch"):
        return
    code = str((errors[0].get("extensions") or {}).get("code"))
    said = f"({code}: {str(errors[0].get('message'))[:160]})"
    if code in _REFUSED:
        raise AccessRefused(
            cause=f"The provider refused the key {said}.",
            remedy="Check the key in the Airflow connection `indeed`, or remove it: the files need none.",
        )
    if code in _PASSING:
        raise SourceUnavailable(cause=f"The provider is out of order {said}.", remedy=RUN_AGAIN)
    raise ConfigurationError(
        cause=f"The provider does not accept the request {said}.",
        remedy="Correct the query in config/sources/indeed.yaml.",
    )
