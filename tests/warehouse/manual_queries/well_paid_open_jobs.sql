-- Open jobs that pay more than three quarters of their occupation do in that country.
select
    postings.title,
    companies.company_name,
    postings.region_id,
    round(postings.salary_middle_usd) as salary_middle_usd,
    round(benchmarks.p75_usd) as p75_usd
from marts.fct_postings as postings
inner join marts.salary_benchmarks as benchmarks
    on
        postings.occupation_id = benchmarks.occupation_id
        and postings.country = benchmarks.region_id
        and benchmarks.seniority = 'all'
left join marts.dim_companies as companies on postings.company_id = companies.company_id
where postings.is_open and postings.salary_middle_usd > benchmarks.p75_usd
order by postings.salary_middle_usd / benchmarks.p75_usd desc
limit 20;
