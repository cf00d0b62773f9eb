-- How many jobs were open, new and closed in each industry and week, and how they moved: rows over all places and
-- occupations. The change and the index compare what the same sources tell of both weeks.
select
    market.week_start_date,
    industries.industry_name,
    market.open_postings_count,
    market.new_postings_count,
    market.closed_postings_count,
    market.assumed_closed_count,
    market.open_postings_change,
    round(market.open_postings_index::numeric, 1) as open_postings_index
from marts.job_market_weekly as market
inner join marts.dim_industries as industries on market.industry_id = industries.industry_id
where
    market.is_complete_week
    and market.industry_id <> 'all'
    and market.region_id = 'all'
    and market.occupation_id = 'all'
order by market.week_start_date desc, market.open_postings_count desc
limit 50;
