"""Every check that the settings call for, in the order in which a person would ask."""

from cvplus.checks.databases import AIRFLOW, MLFLOW, database_findings, identity
from cvplus.checks.findings import Finding, missing
from cvplus.checks.lake import exports_findings, lake_findings
from cvplus.checks.machine import machine_findings
from cvplus.checks.model_store import server_findings
from cvplus.checks.warehouse import warehouse_findings
from cvplus.errors import ConfigurationError
from cvplus.postgres_url import is_postgres
from cvplus.settings import Settings


def every_finding(settings: Settings) -> list[Finding]:
    """Look at the machine and at every server that the settings name; what is embedded comes by itself."""
    found = machine_findings(settings)
    if any(finding.is_missing for finding in found):
        return found
    found += lake_findings(settings) + exports_findings(settings)
    if settings.has_own_warehouse:
        found += warehouse_findings(settings)
    if settings.has_own_mlflow:
        found += _mlflow_findings(settings)
    if settings.has_own_airflow_database:
        found += _airflow_findings(settings)
    if not any(finding.is_missing for finding in found):
        found += _shared_findings(settings)
    return found


def _mlflow_findings(settings: Settings) -> list[Finding]:
    url = settings.resolved_mlflow_url
    if settings.has_mlflow_server:
        return server_findings(settings)
    if is_postgres(url):
        return database_findings(MLFLOW, url)
    return [Finding(MLFLOW.subject, "A file of this machine: all is there.")]


def _airflow_findings(settings: Settings) -> list[Finding]:
    try:
        url = settings.resolved_airflow_database_url
    except ConfigurationError as error:
        return [missing(AIRFLOW.subject, error.cause, error.remedy)]
    return database_findings(AIRFLOW, url)


def _shared_findings(settings: Settings) -> list[Finding]:
    """Airflow and MLflow both keep a table ``alembic_version``, so they cannot share a schema."""
    if not settings.has_own_mlflow or not settings.has_own_airflow_database:
        return []
    mlflow, airflow = settings.resolved_mlflow_url, settings.resolved_airflow_database_url
    if not is_postgres(mlflow) or identity(mlflow) != identity(airflow):
        return []
    told = "It is in the schema of Airflow's tables, and both would write the table alembic_version."
    return [missing(MLFLOW.subject, told, "Give each a database of its own on that server.")]
