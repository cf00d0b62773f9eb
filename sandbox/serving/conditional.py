"""Answers that a client may keep: an `ETag`, and 304 for one who has it already."""

from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from fastapi import Request, Response


def conditional(request: Request, answer: Response, changed_at: datetime | None = None) -> Response:
    """The answer with `ETag` (and `Last-Modified`), or a bare 304 when the client's copy is as new."""
    tag = f'"{blake2b(bytes(answer.body), digest_size=8).hexdigest()}"'
    answer.headers["ETag"] = tag
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    is_kept = tag in known or known == ["*"]
    if changed_at is not None:
        answer.headers["Last-Modified"] = format_datetime(changed_at, usegmt=True)
        since = parsed(request.headers.get("If-Modified-Since", ""))
        if since is not None and "If-None-Match" not in request.headers:
            is_kept = changed_at <= since
    if not is_kept:
        return answer
    kept = {name: answer.headers[name] for name in ("ETag", "Last-Modified") if name in answer.headers}
    return Response(status_code=304, headers=kept)


def parsed(text: str) -> datetime | None:
    """An HTTP date, or None when it isn't one."""
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
