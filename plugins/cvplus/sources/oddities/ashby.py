"""Ashby's answer holds postings that are not meant for the public, and once postings had no id."""

from typing import Any

import requests


def listed_jobs(response: requests.Response) -> list[Any]:
    """The postings of a board that are listed, each with an id: its own, or the last part of its address.

    Code and not data because no declaration leaves records out: a posting that is unlisted must look like
    one that is gone, so that it counts as closed.

    Raises:
        KeyError: the answer has no `jobs`.
        TypeError: it is no object, or its `jobs` are no list.
    """
    jobs = response.json()["jobs"]
    if not isinstance(jobs, list):
        raise TypeError(f"jobs is a {type(jobs).__name__} where a list belongs")
    return [_identified(job) for job in jobs if not (isinstance(job, dict) and job.get("isListed") is False)]


def _identified(job: Any) -> Any:
    if not isinstance(job, dict) or job.get("id") or not isinstance(job.get("jobUrl"), str):
        return job
    return {**job, "id": job["jobUrl"].rstrip("/").rpartition("/")[2]}
