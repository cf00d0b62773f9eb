"""Keeping keys out of what people read: messages and the libraries' logs."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

MASK = "***"
_LOGGERS = (
    "urllib3.connectionpool",
    "urllib3.util.retry",
    "requests_cache.session",
    "requests_ratelimiter.requests_ratelimiter",
    "dlt",
)


def mask(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every secret in it replaced, also where it stands as part of a URL."""
    for secret in secrets:
        for written in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(written, MASK)
    return text


class _MaskingFilter(logging.Filter):
    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask(record.getMessage(), self._secrets)
        record.args = None
        if record.exc_info:
            record.exc_text = mask(logging.Formatter().formatException(record.exc_info), self._secrets)
            record.exc_info = None
        return True


@contextmanager
def masked_logs(secrets: Iterable[str]) -> Iterator[None]:
    """Mask ``secrets`` in what the HTTP libraries log meanwhile (they log URLs, and keys stand in some)."""
    masking = _MaskingFilter(tuple(secrets))
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(masking)
    try:
        yield
    finally:
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(masking)
