"""Tokens that a key buys: asked for by our session, and bought anew when the provider has forgotten one."""

from dataclasses import dataclass
from typing import Any

import requests
from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials

from cvplus.sources.session import ProviderSession


@dataclass(frozen=True)
class TokenSession:
    """How a token is asked for: under the session's rules, but never taken from the cache or kept in it."""

    session: ProviderSession

    def get(self, url: str, **options: Any) -> requests.Response:
        """Ask with GET; the answer is not judged."""
        with self.session.cache_disabled():
            return self.session.get(url, allow_redirects=False, **options)

    def post(self, url: str, **options: Any) -> requests.Response:
        """Ask with POST; the answer is not judged."""
        with self.session.cache_disabled():
            return self.session.post(url, allow_redirects=False, **options)


class RenewedToken(requests.auth.AuthBase):
    """Sends a token, and buys another, once a request, when one that was good is refused.

    A provider that restarts or revokes forgets its tokens before their time (RFC 6750, 3.1: `invalid_token`).
    A token that was bought for the very request that is refused says that the key is refused.
    """

    def __init__(self, token: OAuth2ClientCredentials, session: ProviderSession) -> None:
        token.session = TokenSession(session)  # type: ignore[assignment]
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token into a request; one that has ended is bought anew."""
        used = self._token.access_token
        signed = self._token(request)
        if self._token.access_token == used:
            signed.register_hook("response", self._renew)
        return signed

    def _renew(self, response: requests.Response, **options: Any) -> requests.Response:
        """The answer, or that to the same request with another token."""
        if response.status_code != 401 or hasattr(response, "from_cache"):
            return response
        self._token.obtain_token()
        request = response.request.copy()
        request.headers["Authorization"] = f"Bearer {self._token.access_token}"
        again: requests.Response = response.connection.send(request, **options)
        again.history.append(response)
        again.request = request
        return again
