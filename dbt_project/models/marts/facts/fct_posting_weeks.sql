{{ config(indexes=[{'columns': ['job_id', 'week_start_date']}, {'columns': ['week_start_date']}]) }}

-- Each time that a job was open; until when the last of them lasts, and how that is known, the job itself says.
with spells as (

    select
        listings.job_id,
        listings.job_spell_number,
        min(listings.posted_at) as posted_at,
        min(listings.shown_since) as counted_from,
        max(listings.job_spell_number) over (partition by listings.job_id) as last_spell_number,
        coalesce(
            min(listings.closed_at) filter (where listings.is_employers_own), min(listings.closed_at)
        ) as closed_at,
        min(listings.closed_at) filter (where listings.closing = 'told') as told_closed_at
    from {{ ref('fct_listing_spells') }} as listings
    group by listings.job_id, listings.job_spell_number

),

ended as (

    select
        spells.job_id,
        spells.job_spell_number,
        spells.posted_at,
        spells.counted_from,
        jobs.industry_id,
        jobs.region_id,
        jobs.occupation_id,
        jobs.salary_middle_usd,
        case
            when spells.job_spell_number = spells.last_spell_number then jobs.open_until
            else spells.closed_at
        end as open_until,
        case
            when spells.job_spell_number = spells.last_spell_number then jobs.closing
            when spells.closed_at = spells.told_closed_at then 'told'
            else 'seen'
        end as closing,
        spells.job_spell_number = spells.last_spell_number and jobs.is_dropped_out as is_dropped_out
    from spells
    inner join {{ ref('fct_postings') }} as jobs on spells.job_id = jobs.job_id

),

counted as (

    select
        *,
        greatest(least(open_until, {{ horizon() }}), posted_at) as counted_until,
        open_until <= {{ horizon() }} as is_ended
    from ended
    where counted_from < {{ horizon() }}

),

weeks as (

    select
        own_weeks.week_start_date,
        counted.*,
        {{ utc_week('counted.posted_at') }} = own_weeks.week_start_date as is_new,
        {{ utc_week('counted.counted_from') }} = own_weeks.week_start_date as is_first_week,
        counted.is_ended and {{ utc_week('counted.counted_until') }} = own_weeks.week_start_date as is_last_week,
        least(counted.counted_until, {{ plus_days(utc_midnight('own_weeks.week_start_date'), 7) }})
            as counted_until_in_week
    from counted
    {{ each_week(utc_week('counted.counted_from'), utc_week('counted.counted_until'), 'own_weeks') }}
    where
        {{ utc_midnight('own_weeks.week_start_date') }} < {{ horizon() }}
        -- What had closed when a source could first have shown it was never seen open.
        and counted.counted_from <= counted.counted_until

),

-- Which sources cover a week whole, and also the week before or after it.
neighbours as (

    select
        this_week.source,
        this_week.resource,
        this_week.week_start_date,
        before.source is not null as covers_week_before,
        after.source is not null as covers_week_after
    from {{ ref('source_coverage') }} as this_week
    left join {{ ref('source_coverage') }} as before
        on
            {{ same_key('this_week', 'before', ['source', 'resource']) }}
            and this_week.week_start_date = before.week_start_date + 7
            and before.is_whole_week
    left join {{ ref('source_coverage') }} as after
        on
            {{ same_key('this_week', 'after', ['source', 'resource']) }}
            and this_week.week_start_date = after.week_start_date - 7
            and after.is_whole_week
    where this_week.is_whole_week

),

-- A source tells of a job in a week from when on it could have shown it.
compared as (

    select
        weeks.job_id,
        weeks.job_spell_number,
        weeks.week_start_date,
        bool_or(neighbours.covers_week_before) as is_comparable_with_before,
        bool_or(neighbours.covers_week_after) as is_comparable_with_after
    from weeks
    inner join {{ ref('fct_listing_spells') }} as listings
        on
            {{ same_key('weeks', 'listings', ['job_id', 'job_spell_number']) }}
            and {{ utc_week('listings.shown_since') }} <= weeks.week_start_date
    inner join neighbours
        on {{ tells_of('neighbours', 'listings') }} and weeks.week_start_date = neighbours.week_start_date
    group by weeks.job_id, weeks.job_spell_number, weeks.week_start_date

)

select
    weeks.week_start_date,
    weeks.job_id,
    weeks.job_spell_number,
    weeks.industry_id,
    weeks.region_id,
    weeks.occupation_id,
    weeks.posted_at,
    weeks.counted_from,
    weeks.counted_until,
    weeks.is_new,
    weeks.is_first_week and not weeks.is_new as is_appearing,
    weeks.is_last_week and not weeks.is_dropped_out as is_closing,
    case when weeks.is_last_week and not weeks.is_dropped_out then weeks.closing end as closing,
    weeks.is_last_week and weeks.is_dropped_out as is_dropping_out,
    coalesce(weeks.closing = 'assumed', false) as is_end_assumed,
    coalesce(compared.is_comparable_with_before, false) as is_comparable_with_before,
    coalesce(compared.is_comparable_with_after, false) as is_comparable_with_after,
    {{ days_between('weeks.posted_at', 'weeks.counted_until_in_week') }} as days_open,
    weeks.salary_middle_usd
from weeks
left join compared
    on {{ same_key('weeks', 'compared', ['job_id', 'job_spell_number', 'week_start_date']) }}
