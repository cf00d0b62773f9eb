"""O*NET tells of technologies by category, and of a wrong key by a web page."""

from typing import Any

import requests

from cvplus.errors import AccessRefused


def check_answer(response: requests.Response) -> None:
    """Take 403 for a refused key although it is a web page.

    Code and not data because everywhere else a web page is a page of maintenance or of a login.
    """
    if response.status_code in (401, 403):
        raise AccessRefused(
            cause=f"The provider refused the key (HTTP {response.status_code}).",
            remedy="Check the key in the Airflow connection `onet`; keys of version 1.9 do not work here.",
        )


def technologies(response: requests.Response) -> list[dict[str, Any]]:
    """One record a technology, with the category in which it stands.

    Code and not data because the records lie two lists deep and the category stands around them.
    """
    return [
        {**example, "category": category["title"], "category_code": category.get("code")}
        for category in response.json()["category"]
        for example in category.get("example", [])
    ]
