{{ config(materialized='view') }}

-- A pair that was applied with and is scored now is shown as it is now.
select distinct on (cv_id, version, job_id)
    cv_id,
    version,
    job_id,
    feature_at,
    {{ pair_feature_names() | join(',\n    ') }}
from (
    select
        cv_id,
        cv_version as version,
        job_id,
        feature_at,
        {{ pair_feature_names() | join(',\n        ') }}
    from {{ ref('training_examples') }}
    union all
    select
        cv_id,
        cv_version as version,
        job_id,
        feature_at,
        {{ pair_feature_names() | join(',\n        ') }}
    from {{ ref('scoring_pairs') }}
) as pairs
-- An application that names no version, made before any version was known, is no pair yet.
where version is not null
order by cv_id, version, job_id, feature_at desc
