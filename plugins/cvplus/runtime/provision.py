"""What servers of one's own must have before the plant starts there: roles, databases, the lake's bucket.

Compose runs it once, at each ``up``, on a Postgres and a store that serve this plant alone. Whoever brings
servers that serve others too makes these things there by the table in ``docs/security.md`` instead.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import make_conninfo

from cvplus.embedded import SUPERUSER
from cvplus.errors import ConfigurationError
from cvplus.runtime.databases import AIRFLOW, MLFLOW, WAREHOUSE, prepare_databases
from cvplus.settings import Settings
from cvplus.warehouse.roles import load_roles

SUPERUSER_URL = "CVPLUS_SUPERUSER_URL"


@dataclass(frozen=True)
class OwnPostgres:
    """A server that serves this plant alone."""

    superuser_url: str = field(repr=False)

    def url(self, database: str = "postgres") -> str:
        """How its superuser reaches one of its databases."""
        return make_conninfo(self.superuser_url, dbname=database)


def wanted_variables() -> dict[str, tuple[str, str]]:
    """The variables that say how each role logs in, with the role and the database that each must name."""
    roles = {f"CVPLUS_WAREHOUSE_URL_{role.upper()}": (role, WAREHOUSE) for role in load_roles()}
    return roles | {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": (AIRFLOW, AIRFLOW),
        "CVPLUS_MLFLOW_URL": (MLFLOW, MLFLOW),
    }


def role_passwords(variables: Mapping[str, str]) -> dict[str, str]:
    """The password of each role, out of the URLs by which the plant's parts will log in.

    Raises:
        ConfigurationError: a URL is missing, or names another role or database than the plant's.
    """
    passwords, problems = {}, []
    for variable, (role, database) in wanted_variables().items():
        parts = urlsplit(variables.get(variable, ""))
        if (unquote(parts.username or ""), parts.path) != (role, f"/{database}") or not parts.password:
            problems.append(f"{variable} must be postgresql://{role}:<password>@<host>/{database}.")
        else:
            passwords[role] = unquote(parts.password)
    if problems:
        raise ConfigurationError(
            cause=" ".join(problems), remedy="Set them; docker/make_secrets.sh writes a whole set."
        )
    return passwords


def make_bucket(settings: Settings) -> None:
    """Make the bucket of a lake on S3 where it is missing."""
    lake = urlsplit(settings.resolved_lake_url)
    if lake.scheme != "s3":
        return
    from botocore.exceptions import ClientError

    from cvplus.lake.s3 import s3_client  # boto3 takes half a second to import
    from cvplus.lake.s3_errors import code_of

    client = s3_client()
    try:
        client.head_bucket(Bucket=lake.netloc)
    except ClientError as error:
        if code_of(error) not in ("404", "NoSuchBucket"):
            raise ConfigurationError(
                cause=f"The store does not show the bucket {lake.netloc}: {error}.",
                remedy="Correct AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            ) from error
        region = client.meta.region_name
        # The first region of all may not be named.
        placed = (
            {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        client.create_bucket(Bucket=lake.netloc, **placed)


def provision(settings: Settings, variables: Mapping[str, str] = os.environ) -> None:
    """Make roles and databases as the superuser, and the bucket; what is there already stays.

    Raises:
        ConfigurationError: a variable is missing or wrong.
    """
    superuser_url = variables.get(SUPERUSER_URL, "")
    if urlsplit(superuser_url).username != SUPERUSER:
        raise ConfigurationError(
            cause=f"{SUPERUSER_URL} must be postgresql://{SUPERUSER}:<password>@<host>/postgres.",
            remedy="Set it, or make roles and databases yourself and leave this step out.",
        )
    prepare_databases(OwnPostgres(superuser_url), role_passwords(variables))
    make_bucket(settings)
