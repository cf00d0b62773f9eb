-- The companies with the most open jobs, each job once however many boards tell of it, with what was posted and what
-- closed in the 28 days before the horizon.
with span as (
    select
        (max(calendar_date) - 27)::timestamp at time zone 'UTC' as begins_at,
        (max(calendar_date) + 1)::timestamp at time zone 'UTC' as ends_at
    from marts.dim_dates
    where is_past
)

select
    companies.company_id,
    companies.company_name,
    companies.industry_id,
    count(*) filter (where postings.is_open) as open_jobs_count,
    count(*) filter (
        where postings.posted_at >= span.begins_at and postings.posted_at < span.ends_at
    ) as new_jobs_count,
    count(*) filter (
        where postings.closed_at >= span.begins_at and postings.closed_at < span.ends_at
    ) as closed_jobs_count
from marts.fct_postings as postings
inner join marts.dim_companies as companies on postings.company_id = companies.company_id
cross join span
group by companies.company_id, companies.company_name, companies.industry_id
having count(*) filter (where postings.is_open) > 0
order by open_jobs_count desc, companies.company_id asc;
