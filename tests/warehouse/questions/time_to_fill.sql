-- How long a job stays open, by group of occupations. Only jobs seen within two weeks of being posted (of those that were
-- found late only the slow ones are left), old enough to have closed (90 days at the horizon), and of whose end
-- somebody has told or that was seen. Those still open are longer than all others: a null median says that half are.
select
    occupations.occupation_group_name,
    count(*) as jobs_count,
    count(*) filter (where postings.closing in ('told', 'seen')) as closed_count,
    count(*) filter (where postings.is_open) as still_open_count,
    round(
        nullif(
            percentile_disc(0.5) within group (
                order by case when postings.is_open then 'infinity' else postings.days_open end
            ),
            'infinity'
        )::numeric,
        1
    ) as median_days_open
from marts.fct_postings as postings
inner join marts.dim_occupations as occupations on postings.occupation_id = occupations.occupation_id
where
    postings.known_at < postings.posted_at + interval '14 days'
    and postings.posted_at < (
        select (max(dates.calendar_date) - 89)::timestamp at time zone 'UTC'
        from marts.dim_dates as dates
        where dates.is_past
    )
    and (postings.is_open or postings.closing in ('told', 'seen'))
group by occupations.occupation_group, occupations.occupation_group_name
order by jobs_count desc, occupations.occupation_group;
