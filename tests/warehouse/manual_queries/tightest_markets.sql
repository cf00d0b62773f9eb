-- Where an applicant has the most open jobs, in the newest complete week.
select
    occupations.occupation_name,
    regions.region_name,
    sum(market.open_postings_count) as open_postings_count,
    sum(market.applications_count) as applications_count,
    round(sum(market.open_postings_count) / nullif(sum(market.applications_count), 0), 2) as postings_an_application
from marts.job_market_weekly as market
inner join marts.dim_occupations as occupations on market.occupation_id = occupations.occupation_id
inner join marts.dim_regions as regions on market.region_id = regions.region_id
where
    market.week_start_date = (
        select max(newest.week_start_date)
        from marts.job_market_weekly as newest
        where newest.is_complete_week
    )
group by occupations.occupation_name, regions.region_name
order by postings_an_application desc nulls last, open_postings_count desc
limit 20;
