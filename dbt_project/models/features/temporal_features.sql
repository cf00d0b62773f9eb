{{ config(materialized='view') }}
{%- set names = ['weekday', 'week_of_year', 'days_since_posted', 'days_until_close', 'days_since_last_application',
    'days_since_cv_update', 'season_hiring_index'] %}

select
    application_id as example_id,
    'application' as example_kind,
    feature_at,
    {{ names | join(',\n    ') }}
from {{ ref('training_examples') }}
union all
select
    {{ surrogate_key(['cv_id', 'job_id']) }} as example_id,
    'scoring_pair' as example_kind,
    feature_at,
    {{ names | join(',\n    ') }}
from {{ ref('scoring_pairs') }}
