-- Of corrections to one version of a CV the newest counts here; examples read the one that was known at their instant.
select
    cv_id,
    cv_version as version,
    subject_id,
    known_at as feature_at,
    {% for measure in cv_measures() -%}
        {{ measure }}::double precision as {{ measure }},
    {% endfor -%}
    target_industry_id,
    target_region,
    language
from {{ ref('int_cvs') }} as cv
where {{ as_of('cv', horizon()) }}
