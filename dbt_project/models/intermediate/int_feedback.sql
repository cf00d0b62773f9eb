{{ config(materialized='view') }}

-- A rating's id said again is a repeat, and what was known first stands.
select distinct on (feedback_id)
    feedback_id,
    subject_id,
    score,
    given_at,
    known_at,
    cast(null as {{ sql_type('timestamptz') }}) as known_until
from {{ ref('stg_product__feedback') }}
order by feedback_id, known_at, content_hash
