"""Payscale says two things of how long a token is good."""

from typing import Any

from dlt.common.configuration.specs import configspec
from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials

LONGEST_SECONDS = 9 * 60


@configspec
class JobalyzerToken(OAuth2ClientCredentials):
    """A bearer token, used for nine minutes at most.

    Code and not data because the documentation gives it ten minutes and an hour on one page.
    """

    def parse_expiration_in_seconds(self, response_json: Any) -> int:
        """How long the token is used, seconds."""
        return min(super().parse_expiration_in_seconds(response_json), LONGEST_SECONDS)
