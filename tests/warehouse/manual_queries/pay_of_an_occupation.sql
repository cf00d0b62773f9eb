-- What software developers earn, by place and level, and what that rests on.
select
    regions.region_name,
    benchmarks.seniority,
    round(benchmarks.p25_usd) as p25_usd,
    round(benchmarks.p50_usd) as p50_usd,
    round(benchmarks.p75_usd) as p75_usd,
    benchmarks.observations_count,
    benchmarks.sources,
    benchmarks.freshness_days
from marts.salary_benchmarks as benchmarks
inner join marts.dim_regions as regions on benchmarks.region_id = regions.region_id
where benchmarks.occupation_id = '15-1252' and benchmarks.p50_usd is not null
order by regions.region_kind asc, regions.region_name asc, benchmarks.p50_usd desc
limit 20;
