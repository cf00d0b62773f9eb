-- What an occupation pays a year in each country, all seniorities together, and what that rests on.
select
    occupations.occupation_name,
    regions.region_name as country_name,
    round(benchmarks.p25_usd::numeric) as p25_usd,
    round(benchmarks.p50_usd::numeric) as p50_usd,
    round(benchmarks.p75_usd::numeric) as p75_usd,
    benchmarks.observations_count,
    benchmarks.is_official_only,
    benchmarks.freshness_days
from marts.salary_benchmarks as benchmarks
inner join marts.dim_occupations as occupations on benchmarks.occupation_id = occupations.occupation_id
inner join marts.dim_regions as regions
    on benchmarks.region_id = regions.region_id and regions.region_kind = 'country'
where benchmarks.seniority = 'all'
order by occupations.occupation_name, benchmarks.observations_count desc, regions.region_id;
