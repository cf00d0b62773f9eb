-- Which sources can be trusted to be up to date right now.
select
    source,
    resource,
    state,
    round(age_hours::numeric, 1) as age_hours,
    rows,
    quarantined,
    rejected
from marts.data_freshness
order by (state = 'fresh') asc, age_hours desc nulls first;
