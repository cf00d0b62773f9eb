{{ config(indexes=[{'columns': ['cv_id', 'cv_version']}, {'columns': ['subject_id']}]) }}

with facts as (

    select * from {{ ref('stg_derived__cv_facts') }} as versions
    where {{ as_known_now('versions') }}

)

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
    facts.last_occupation_id,
    facts.wanted_occupation_id,
    technical_skills || soft_skills as skills,
    array(select lower(spoken) from unnest(languages) as spoken) as languages,
    {{ word_set("array_to_string(titles, ' ')") }} as title_words,
    {{ word_set('last_title') }} as last_title_words,
    cvs.known_at,
    cvs.known_until
from {{ ref('stg_product__cvs') }} as cvs
left join facts
    on cvs.record_key = facts.cv_record_key and cvs.content_hash = facts.cv_content_hash
where {{ was_ever_current('cvs') }}
