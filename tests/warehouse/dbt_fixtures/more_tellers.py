"""A copy of the dbt project to which five invented providers are added, as a person would add them."""

import shutil
from pathlib import Path

from dbt_runner import DBT_PROJECT

from cvplus.sources.scaffold_staging import Kind, staging_yaml

MODELS: dict[tuple[Kind, str, str], str] = {
    ("posting", "board", "jobs"): """
        job_id=json_text('record', 'id'),
        title=json_text('record', 'title'),
        company_name=json_text('record', 'company'),
        location=json_text('record', 'place'),
        posted_at=safe_instant(json_text('record', 'posted')),
        closed_at=safe_instant(json_text('record', 'closes')),
        salary_basis="case when " ~ json_text('record', 'pay')
            ~ " like '%est.%' then 'modelled' else 'posted' end",
    """,
    ("company", "rival", "firms"): """
        source_company_id=json_text('record', 'id'),
        company_name=json_text('record', 'name'),
        size_min=safe_integer(json_text('record', 'from')),
        size_max=safe_integer(json_text('record', 'to')),
        country=json_text('record', 'country'),
        rating=safe_number(json_text('record', 'stars')),
    """,
    ("pay", "career_office", "wages"): """
        observation_id=json_text('record', 'id'),
        basis="'official_statistic'",
        via="'bls_oews'",
        occupation_code=json_text('record', 'code'),
        observed_date=safe_date(json_text('record', 'day')),
        country="'US'",
        region=json_text('record', 'state'),
        currency="'USD'",
        p50=safe_number(json_text('record', 'p50')),
    """,
    ("pay", "confessions", "people"): """
        observation_id=json_text('record', 'id'),
        basis="'reported'",
        occupation_title=json_text('record', 'title'),
        observed_date=safe_date(json_text('record', 'day')),
        country=json_text('record', 'country'),
        currency=json_text('record', 'currency'),
        median=safe_number(json_text('record', 'pay')),
    """,
    ("skill", "ontology", "skills"): """
        skill_name=json_text('record', 'label'),
        aliases=json_text_array('record', 'other'),
    """,
}


def add_tellers(folder: Path) -> Path:
    """Copy the project below ``folder`` and add the invented providers: a model and one line each."""
    project = folder / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    settings = (project / "dbt_project.yml").read_text()
    for (kind, source, resource), arguments in MODELS.items():
        model = project / "models" / "staging" / f"stg_{source}__{resource}"
        model.with_suffix(".sql").write_text(
            f"{{{{ stage_{kind}('{source}', '{resource}', {arguments}) }}}}\n"
        )
        model.with_suffix(".yml").write_text(
            staging_yaml(kind, source, resource, f"One row per version of a record of {source}.")
        )
        settings = _with_last(settings, f"{kind}_tellers:", f"    - {model.name}")
    (project / "dbt_project.yml").write_text(settings)
    return project


def _with_last(settings: str, heading: str, line: str) -> str:
    """The settings with a line more at the end of a list."""
    before, _, after = settings.partition(f"  {heading}\n")
    items, blank, rest = after.partition("\n\n")
    return f"{before}  {heading}\n{items}\n{line}{blank}{rest}"
