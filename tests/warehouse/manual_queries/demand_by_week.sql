-- How many jobs were open, new and closed in each industry and week.
select
    market.week_start_date,
    industries.industry_name,
    sum(market.open_postings_count) as open_postings_count,
    sum(market.new_postings_count) as new_postings_count,
    sum(market.closed_postings_count) as closed_postings_count
from marts.job_market_weekly as market
inner join marts.dim_industries as industries on market.industry_id = industries.industry_id
where market.is_complete_week
group by market.week_start_date, industries.industry_name
order by market.week_start_date desc, open_postings_count desc
limit 50;
