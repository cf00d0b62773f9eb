-- Where an applicant has the most open jobs, in the newest complete week; all of its jobs where nobody applied.
select
    occupations.occupation_name,
    regions.region_name,
    market.open_postings_count,
    market.applicants_count,
    round(market.tension_ratio::numeric, 2) as postings_an_applicant,
    round(market.tension_share::numeric, 2) as tension_share
from marts.job_market_weekly as market
inner join marts.dim_occupations as occupations on market.occupation_id = occupations.occupation_id
inner join marts.dim_regions as regions on market.region_id = regions.region_id
where
    market.industry_id = 'all'
    and market.region_id <> 'all'
    and market.occupation_id <> 'all'
    and market.open_postings_count > 0
    and market.week_start_date = (
        select max(newest.week_start_date)
        from marts.job_market_weekly as newest
        where newest.is_complete_week
    )
order by market.tension_share desc, market.open_postings_count desc
limit 20;
