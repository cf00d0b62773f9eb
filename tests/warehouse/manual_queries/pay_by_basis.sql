-- The same occupation's pay by who says so: posted, offered or official.
select
    observations.basis,
    observations.source,
    count(*) as observations_count,
    round(percentile_cont(0.5) within group (order by observations.median_usd)) as median_usd,
    max(observations.observed_date) as newest_date
from marts.fct_pay_observations as observations
where observations.occupation_id = '15-1252' and observations.country = 'US'
group by observations.basis, observations.source
order by observations.basis, observations.source;
