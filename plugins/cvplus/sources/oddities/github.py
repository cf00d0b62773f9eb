"""GitHub names people as owners of repositories; only organisations may be kept by name."""

from typing import Any

import requests


def repositories(response: requests.Response) -> list[dict[str, Any]]:
    """The repositories of a search, those of people without their owner's name.

    Code and not data because what may be kept of an owner depends on the owner's type, and the name stands
    in the repository's full name too.
    """
    return [_without_person(item) for item in response.json()["items"]]


def _without_person(repository: dict[str, Any]) -> dict[str, Any]:
    owner = repository.get("owner") or {}
    if owner.get("type") == "Organization":
        return repository
    name = str(repository.get("full_name", "")).rpartition("/")[2]
    links = {field: None for field in repository if field.endswith("url") or field == "homepage"}
    return {**repository, **links, "owner": {"type": owner.get("type")}, "full_name": name}
