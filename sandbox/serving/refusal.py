"""A request that is refused from anywhere below a route, with the answer that the client gets."""

from collections.abc import Callable

from fastapi import Request, Response

ErrorAnswer = Callable[[int, str], Response]
"""A provider's error in its own shape: status and message -> answer."""


class Refused(Exception):
    """Ends a request with an answer; the server sends it as it is."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def answer_of(request: Request, refused: Exception) -> Response:
    """The exception handler that sends a refusal."""
    if not isinstance(refused, Refused):
        raise refused
    return refused.answer
