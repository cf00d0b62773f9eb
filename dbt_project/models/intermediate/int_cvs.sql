{{ config(indexes=[{'columns': ['cv_id', 'cv_version']}, {'columns': ['subject_id']}]) }}

select
    cv_id,
    cv_version,
    subject_id,
    updated_at,
    {{ industry_of('target_industry') }} as target_industry_id,
    coalesce({{ country_code('target_region') }}, target_region) as target_region,
    language,
    {% for measure in cv_measures() -%}
        {{ measure }},
    {% endfor -%}
    last_title,
    technical_skills || soft_skills as skills,
    array(select lower(spoken) from unnest(languages) as spoken) as languages,
    {{ word_set("array_to_string(titles, ' ')") }} as title_words,
    {{ word_set('last_title') }} as last_title_words,
    known_at,
    known_until
from {{ ref('stg_product__cvs') }}
where known_until is null or known_until > known_at
