-- Which sources can be trusted to be up to date right now, and up to when their data speak.
select
    source,
    resource,
    state,
    round(age_hours::numeric, 1) as age_hours,
    data_until_at,
    round(data_age_hours::numeric, 1) as data_age_hours,
    stale_reason,
    rows,
    quarantined,
    rejected
from marts.data_freshness
order by (state = 'fresh') asc, data_age_hours desc nulls first;
