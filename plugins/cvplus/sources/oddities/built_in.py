"""Built In's cursors live for an hour, and one that has died is no wrong request."""

import requests

from cvplus.errors import MalformedAnswer


def check_answer(response: requests.Response) -> None:
    """Take 410 for a cursor that has expired, so that the walk begins anew.

    Code and not data because elsewhere a 4xx means that a person must change the request.
    """
    if response.status_code == 410:
        raise MalformedAnswer(
            cause="The cursor expired while the pages were read (HTTP 410).",
            remedy="Run the task again; it begins at the first page.",
        )
