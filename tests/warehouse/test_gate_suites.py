"""Every raw suite can be evaluated on Postgres, lets good records through and stops rubbish."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from cvplus.quality.gate_records import Verdict
from cvplus.quality.gate_validation import Target, validate
from cvplus.quality.suites import all_suites
from cvplus.warehouse.schema import create_raw_table
from cvplus.yaml_files import read_yaml

SUBJECT = "0123456789abcdef0123456789abcdef"
NOON = "2026-11-18T12:00:00Z"
# One plausible record a table, as on the contract pages.
LINK: dict[str, Any] = {
    "telling_hash": "0" * 32,
    "thing_ids": ["0" * 32],
    "thing_since": ["2026-05-04T00:00:00+00:00"],
    "confidence": 0.99,
}
GOOD: dict[str, dict[str, Any]] = {
    "arbeitnow__jobs": {
        "title": "Data Engineer (m/w/d)",
        "company_name": "Acme GmbH",
        "created_at": 1763812345,
        "url": "https://example.org/jobs/1",
        "description": "<p>SQL</p>",
        "tags": ["IT"],
    },
    "bls_oews__wages": {
        "occupation_code": "151252",
        "area_code": "0600000",
        "annual_p10": "80000",
        "annual_p50": "150000",
        "annual_p90": "#",
    },
    "crunchbase__organizations": {
        "uuid": "u-1",
        "properties": {
            "identifier": {"uuid": "u-1", "value": "Acme", "permalink": "acme"},
            "updated_at": NOON,
            "num_employees_enum": "c_00051_00100",
            "funding_total": {"value_usd": 2.1e7},
            "website_url": "https://acme.example",
            "founded_on": {"value": "2019-01-01", "precision": "year"},
        },
    },
    "derived__posting_facts": {
        "title_normalized": "data engineer",
        "occupation_id": "15-1252",
        "occupation_score": 0.9,
        "seniority": "senior",
        "skills_required": ["sql"],
        "skills_preferred": [],
        "years_required": 3,
        "education_level_required": None,
        "workplace": "hybrid",
        "country": "DE",
        "pay_low": 60_000,
        "pay_high": 70_000,
        "pay_currency": "EUR",
        "pay_period": "year",
        "word_count": 120,
    },
    "product__applications": {"subject_id": SUBJECT, "jobKey": "cvplus:J1", "appliedAt": NOON, "cvId": "c-1"},
    "product__consents": {
        "subject_id": SUBJECT,
        "purpose": "training",
        "isGranted": True,
        "recordedAt": NOON,
    },
    "product__costs": {"costDate": "2026-11-18", "category": "api", "amount": 1.5, "currency": "USD"},
    "product__cvs": {
        "subject_id": SUBJECT,
        "version": 1,
        "measures": {
            "word_count": 400,
            "formatting_score": 0.7,
            "total_experience": 8.5,
            "education_level": 6,
            "skill_diversity": 0.5,
        },
    },
    "product__events": {"subject_id": SUBJECT, "eventType": "cv_analysis", "timestamp": NOON},
    "product__experiments": {"subject_id": SUBJECT, "variant": "b", "assignedAt": NOON},
    "product__feedback": {"subject_id": SUBJECT, "score": 4, "givenAt": NOON},
    "product__jobs": {
        "title": "Nurse",
        "jobKey": "cvplus:J1",
        "updatedAt": NOON,
        "salaryMin": 1,
        "salaryMax": 2,
    },
    "product__leads": {"kind": "team", "value": None, "createdAt": NOON},
    "product__outcomes": {
        "outcome": "offer",
        "occurredAt": NOON,
        "salaryAmount": 9e4,
        "salaryCurrency": "EUR",
    },
    "product__privacy_requests": {"subject_id": SUBJECT, "kind": "erasure", "requestedAt": NOON},
    "product__service_checks": {
        "checkedAt": NOON,
        "isUp": True,
        "latencyMs": 40,
        "errorCount": 0,
        "requestCount": 9,
    },
    "product__subscriptions": {
        "subject_id": SUBJECT,
        "status": "active",
        "amount": 30,
        "interval": "month",
        "startedAt": NOON,
    },
    "product__support_tickets": {"openedAt": NOON, "closedAt": None},
    "stack_overflow__synonyms": {
        "from_tag": "airflow",
        "to_tag": "apache-airflow",
        "applied_count": 40,
        "creation_date": 1466000000,
    },
    "stack_overflow__tags": {"name": "apache-airflow", "count": 11873},
    "usajobs__historic_announcements": {
        "positionTitle": "Nurse",
        "positionOpenDate": "2026-05-04",
        "positionCloseDate": "2026-05-14",
        "minimumSalary": 60000.0,
        "maximumSalary": 90000.0,
    },
    "usajobs__search": {
        "MatchedObjectDescriptor": {
            "PositionTitle": "IT Specialist",
            "PublicationStartDate": "2026-11-18T00:00:00.0000",
            "PositionLocation": [{"CityName": "Chicago, Illinois"}],
            "JobCategory": [{"Code": "2210"}],
            "PositionRemuneration": [
                {"MinimumRange": "134751.0", "MaximumRange": "191900.0", "RateIntervalCode": "PA"}
            ],
        }
    },
    "derived__company_facts": {
        "company_name": "Acme",
        "company_key": "acme",
        "country": "DE",
        "city_id": 2950159,
    },
    "derived__company_record_links": {"company_record_id": "0" * 32} | LINK,
    "derived__posting_links": {"posting_id": "0" * 32} | LINK,
    "derived__cv_facts": {
        "last_occupation_id": "15-1252",
        "last_occupation_score": 0.9,
        "wanted_occupation_id": None,
        "wanted_occupation_score": 0.0,
    },
}
# Of a provider that is not among these, it is the first record of its staging cases.
CASES = Path(__file__).parent / "provider_cases"
# What rubbish a critical expectation must catch: a required part that is empty or of another kind.
RUBBISH: dict[str, dict[str, Any]] = {
    "bls_oews__wages": {"occupation_code": "15-1252", "annual_p50": {"amount": 1}},
    "derived__posting_facts": {"seniority": "principal", "occupation_score": "high"},
    "derived__company_facts": {"company_name": "Acme", "company_key": "acme inc."},
    "derived__cv_facts": {"last_occupation_id": "developer", "wanted_occupation_score": 7},
    "derived__company_record_links": {"company_record_id": "acme", "thing_ids": ["a"], "thing_since": []},
    "derived__posting_links": {"posting_id": "cvplus:J1", "thing_ids": ["a"], "thing_since": []},
    "stack_overflow__synonyms": {"from_tag": "a", "to_tag": "a", "creation_date": "today"},
    "product__applications": {"subject_id": "ann@example.org"},
    "product__cvs": {"document": {"personal": {"name": "Ann"}}},
}


def good_record(table: str) -> dict[str, Any]:
    """A plausible record of a raw table."""
    if table in GOOD:
        return GOOD[table]
    record: dict[str, Any] = read_yaml(CASES / f"{table}.yaml")["records"][0]
    return record


def test_every_raw_suite_passes_good_records_and_stops_rubbish(
    warehouse: psycopg.Connection, warehouse_url: str, tmp_path: Path
) -> None:
    suites = [suite for suite in all_suites() if suite.layer == "raw"]
    insert = """
        insert into raw.{} (record_key, content_hash, batch_id, known_at, record)
        values ('k', 'h', %s, %s, %s)
    """
    for suite in suites:
        create_raw_table(warehouse, suite.table)
        for batch_id, record in (
            ("good", good_record(suite.table)),
            ("rubbish", RUBBISH.get(suite.table, {})),
        ):
            values = [batch_id, datetime(2026, 11, 19, tzinfo=UTC), Jsonb(record)]
            warehouse.execute(sql.SQL(insert).format(sql.Identifier(suite.table)), values)
    warehouse.commit()
    targets = [
        Target(f"{batch_id} {suite.table}", suite, suite.query(batch_id))
        for suite in suites
        for batch_id in ("good", "rubbish")
    ]
    validations = validate(warehouse_url, targets, tmp_path)
    verdicts = {name: Verdict.of(validation.checks) for name, validation in validations.items()}
    complaints = {
        name: v.failed_names for name, v in verdicts.items() if name.startswith("good") and v.failed
    }
    assert complaints == {}
    let_through = [name for name, v in verdicts.items() if name.startswith("rubbish") and not v.is_critical]
    assert let_through == []
