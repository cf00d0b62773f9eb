"""Salary.com gives its token by GET, and says its errors, also those within a batch, with status 200."""

from typing import Any

import orjson
import pendulum
import requests
from dlt.common.configuration.specs import configspec
from dlt.sources.helpers.rest_client.auth import OAuth2ClientCredentials

from cvplus.errors import ConfigurationError, MalformedAnswer
from cvplus.lake.store import RejectedRecord

TOKEN_DAYS = 7


@configspec
class DaasToken(OAuth2ClientCredentials):
    """A bearer token of DaaS, good for seven days.

    Code and not data because the key is sent in the query of a GET, and the token comes two levels deep.
    """

    def obtain_token(self) -> None:
        """Fetch a token.

        Raises:
            MalformedAnswer: the answer holds none.
            requests.HTTPError: the key is refused; its text holds the key, and is not to be shown.
        """
        key = {"ClientID": self.client_id, "ClientSecret": self.client_secret}
        response = self.session.get(self.access_token_url, params=key)
        response.raise_for_status()
        try:
            self.access_token = response.json()["AccessToken"]["TokenContent"]
        except (ValueError, KeyError, TypeError):
            raise MalformedAnswer(
                cause="The answer of the token's address holds no AccessToken.TokenContent.",
                remedy="Compare it with docs/sources/salary_com.md; the address may have changed.",
            ) from None
        self.token_expiry = pendulum.now().add(days=TOKEN_DAYS)


def check_answer(response: requests.Response) -> None:
    """Read ``Code`` before anything else, whatever the status is.

    Code and not data because an error looks like an answer.
    """
    try:
        body: Any = response.json()
    except ValueError:
        return
    if isinstance(body, dict) and _is_error(body):
        raise ConfigurationError(
            cause=f"The provider does not accept the request ({str(body.get('Message'))[:200]}).",
            remedy="Correct the questions in the declaration, or in the connection `salary_com`.",
        )


def read_batch(response: requests.Response) -> list[dict[str, Any] | RejectedRecord]:
    """The answers of a batch, each with what was asked; a refused or unanswered question is rejected.

    Code and not data because answers are joined to questions by ``SubRequestID``, and may come in any order.
    """
    asked = {str(item["SubRequestID"]): item for item in orjson.loads(response.request.body or b"")}
    records: list[dict[str, Any] | RejectedRecord] = []
    for answer in response.json():
        name = str(answer.get("SubRequestID"))
        question = asked.pop(name, None)
        if question is None:
            records.append(_refused("The answer is to no question of the batch, or to one twice.", name))
        elif _is_error(answer):
            records.append(_refused(f"The question was refused: {answer.get('Message')}.", _shown(question)))
        else:
            told = {field: value for field, value in answer.items() if field != "SubRequestID"}
            records.append(
                {
                    "Question": _shown(question),
                    "AskedTitle": question["JobTitle"],
                    "OccupationCode": name.rpartition("/")[0],
                    **told,
                }
            )
    return records + [_refused("The batch gave no answer.", _shown(question)) for question in asked.values()]


def _is_error(answer: dict[str, Any]) -> bool:
    code = answer.get("Code")
    return isinstance(code, int) and code < 0


def _shown(question: dict[str, Any]) -> str:
    return " / ".join([question["JobTitle"], *map(str, question["DataScope"].values())])


def _refused(reason: str, record: str) -> RejectedRecord:
    return RejectedRecord("refused_by_provider", reason[:200], record)
