-- The companies with the most open jobs, with what is known of them.
select
    companies.company_name,
    companies.industry_id,
    companies.size_min,
    companies.size_max,
    companies.funding_stage,
    count(*) as open_postings_count
from marts.fct_postings as postings
inner join marts.dim_companies as companies on postings.company_id = companies.company_id
where postings.is_open
group by
    companies.company_id,
    companies.company_name,
    companies.industry_id,
    companies.size_min,
    companies.size_max,
    companies.funding_stage
order by open_postings_count desc, companies.company_name asc
limit 20;
