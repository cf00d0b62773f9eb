-- Which sources tell other pay than the rest: each source's median beside the median of the other sources' medians, in
-- every occupation and place of which two sources tell. 0.1 is ten per cent above the others.
with told as (
    select
        source,
        occupation_id,
        region_id,
        percentile_cont(0.5) within group (
            order by coalesce(median_usd, (low_usd + high_usd) / 2, low_usd, high_usd)
        ) as median_usd
    from marts.fct_pay_observations
    where
        occupation_id is not null
        and region_id is not null
        and basis <> 'modelled'
        and coalesce(median_usd, low_usd, high_usd) > 0
    group by source, occupation_id, region_id
),

compared as (
    select
        told.source,
        told.occupation_id,
        told.region_id,
        told.median_usd / percentile_cont(0.5) within group (order by others.median_usd) - 1 as difference_rate
    from told
    inner join told as others
        on
            told.occupation_id = others.occupation_id
            and told.region_id = others.region_id
            and told.source <> others.source
    group by told.source, told.occupation_id, told.region_id, told.median_usd
)

select
    source,
    count(*) as cells_count,
    round((percentile_cont(0.5) within group (order by difference_rate))::numeric, 3) as median_difference_rate,
    round(avg((abs(difference_rate) > 0.25)::integer), 3) as far_off_share
from compared
group by source
order by abs(percentile_cont(0.5) within group (order by difference_rate)) desc, source asc;
