-- What cannot be trusted to be up to date, the oldest first, and why. What was never read has no age, and comes first.
select
    source,
    resource,
    state,
    data_until_at,
    round(data_age_hours::numeric / 24, 1) as data_age_days,
    round(age_hours::numeric / 24, 1) as read_days_ago,
    coalesce(
        stale_reason, case state when 'not_configured' then 'no key was given' else 'nothing was accepted lately' end
    ) as reason
from marts.data_freshness
where state <> 'fresh'
order by data_until_at asc nulls first, source asc, resource asc;
