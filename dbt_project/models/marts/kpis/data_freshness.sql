{#- A view, not a table: an age that stopped when the last build did would call a silent source fresh. -#}
{{ config(materialized='view', tags=['reads_predictions']) }}

select
    source,
    resource,
    last_success_at,
    age,
    (extract(epoch from age) / 3600)::double precision as age_hours,
    data_until_at,
    data_age,
    (extract(epoch from data_age) / 3600)::double precision as data_age_hours,
    state,
    rows,
    quarantined,
    rejected,
    is_stale,
    stale_reason,
    dropped_out_at
from {{ source('ops', 'freshness') }}
