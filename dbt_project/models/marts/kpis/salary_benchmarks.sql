{#- The mass that each published percentile stands for, chosen so that the five alone give back exactly themselves. -#}
{%- set official_points = {
    'coalesce(p10_usd, p25_usd, p50_usd)': 0.2,
    'coalesce(p25_usd, p50_usd)': 0.1,
    'p50_usd': 0.4,
    'coalesce(p75_usd, p50_usd)': 0.1,
    'coalesce(p90_usd, p75_usd, p50_usd)': 0.2
} -%}
{#- A stated range spreads over its two ends and its middle. -#}
{%- set range_points = {'low_usd': 0.25, 'middle_usd': 0.5, 'high_usd': 0.25} -%}
{%- set shares = {'p10_usd': 0.10, 'p25_usd': 0.25, 'p50_usd': 0.50, 'p75_usd': 0.75, 'p90_usd': 0.90} -%}
{#- Of single postings and offers a few say nothing of an occupation; a statistic or five people's reports do. -#}
{%- set is_enough -%}
    (
        provenance.official_count + provenance.reported_count > 0
        or provenance.observations_count >= {{ var('least_in_median') }}
    )
{%- endset %}

with observations as (

    select
        *,
        coalesce(median_usd, (low_usd + high_usd) / 2, low_usd, high_usd) as middle_usd,
        coalesce(low_usd < high_usd, false) as is_range
    from {{ ref('fct_pay_observations') }}
    where
        occupation_id is not null
        and country is not null
        and basis <> 'modelled'
        and is_dropped_out is not true

),

-- Of official statistics only the newest release of an occupation and place.
releases as (

    select
        *,
        row_number() over (
            partition by source, occupation_id, region_id
            order by observed_date desc, known_at desc, observation_id asc
        ) as recency
    from observations
    where basis = 'official_statistic' and p50_usd is not null

),

official as (

    select
        *,
        'all' as cell_seniority,
        region_id as cell_region_id
    from releases
    where recency = 1

),

-- A stated pay speaks for its state and its whole country, for its seniority and for all of them.
cells as (

    {% for is_country, is_all_seniorities in [(true, true), (true, false), (false, true), (false, false)] -%}
        select
            {{ is_country }} as is_country,
            {{ is_all_seniorities }} as is_all_seniorities
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

spoken_for as (

    select
        observations.*,
        case when cells.is_all_seniorities then 'all' else observations.seniority end as cell_seniority,
        case when cells.is_country then observations.country else observations.region_id end as cell_region_id
    from observations
    cross join cells
    where
        observations.basis <> 'official_statistic'
        and observations.middle_usd > 0
        and observations.weight > 0
        and {{ utc_midnight('observations.observed_date') }}
        > {{ plus_days(horizon(), '-' ~ var('pay_window_days')) }}
        and (cells.is_all_seniorities or observations.seniority is not null)
        and (cells.is_country or observations.region_id <> observations.country)

),

-- What people report of themselves shows only where enough of them stand behind it.
counted as (

    select
        *,
        sum(case when basis = 'reported' then weight else 0 end) over (
            partition by occupation_id, cell_region_id, cell_seniority
        ) as reported_people
    from spoken_for

),

stated as (

    select *
    from counted
    where basis <> 'reported' or reported_people >= {{ var('least_reported') }}

),

points as (

    select
        occupation_id,
        cell_region_id,
        cell_seniority,
        observation_id,
        1 as point_number,
        middle_usd as pay_usd,
        weight as point_weight
    from stated
    where not is_range

    {% for value, mass in range_points.items() %}
        union all

        select
            occupation_id,
            cell_region_id,
            cell_seniority,
            observation_id,
            {{ loop.index }} as point_number,
            {{ value }} as pay_usd,
            weight * {{ mass }} as point_weight
        from stated
        where is_range
    {% endfor %}

    {% for value, mass in official_points.items() %}
        union all

        select
            occupation_id,
            cell_region_id,
            cell_seniority,
            observation_id,
            {{ loop.index }} as point_number,
            {{ value }} as pay_usd,
            {{ var('official_pay_weight') }} * {{ mass }} as point_weight
        from official
    {% endfor %}

),

-- Equals keep their places side by side: merged into one, they would pull the percentiles below towards a gap.
placed as (

    select
        *,
        (sum(point_weight) over cell_in_order - point_weight / 2)::double precision
        / sum(point_weight) over (partition by occupation_id, cell_region_id, cell_seniority) as position
    from points
    window cell_in_order as (
        partition by occupation_id, cell_region_id, cell_seniority
        order by pay_usd, observation_id, point_number
        rows between unbounded preceding and current row
    )

),

neighbours as (

    select
        *,
        lead(pay_usd) over cell_in_order as next_pay_usd,
        lead(position) over cell_in_order as next_position
    from placed
    window cell_in_order as (
        partition by occupation_id, cell_region_id, cell_seniority order by pay_usd, observation_id, point_number
    )

),

percentiles as (

    select
        occupation_id,
        cell_region_id,
        cell_seniority,
        {% for name, share in shares.items() -%}
            {{ weighted_percentile(share, 'pay_usd', 'position', 'next_pay_usd', 'next_position') }} as {{ name }}
            {{- ',' if not loop.last }}
        {% endfor %}
    from neighbours
    group by occupation_id, cell_region_id, cell_seniority

),

used as (

    select
        occupation_id,
        cell_region_id,
        cell_seniority,
        basis,
        source,
        p90_usd,
        observed_date
    from stated

    union all

    select
        occupation_id,
        cell_region_id,
        cell_seniority,
        basis,
        source,
        p90_usd,
        observed_date
    from official

),

provenance as (

    select
        occupation_id,
        cell_region_id,
        cell_seniority,
        count(*) as observations_count,
        sum(case when basis = 'posted' then 1 else 0 end) as posted_count,
        sum(case when basis = 'offer' then 1 else 0 end) as offer_count,
        sum(case when basis = 'reported' then 1 else 0 end) as reported_count,
        sum(case when basis = 'official_statistic' then 1 else 0 end) as official_count,
        {{ distinct_texts('source') }} as sources,
        max(case when basis = 'official_statistic' and p90_usd is null then 1 else 0 end) = 1 as is_top_coded,
        min(observed_date) as earliest_observed_date,
        max(observed_date) as latest_observed_date
    from used
    group by occupation_id, cell_region_id, cell_seniority

)

select
    percentiles.occupation_id,
    percentiles.cell_region_id as region_id,
    percentiles.cell_seniority as seniority,
    {% for name in shares -%}
    case when {{ is_enough }} then percentiles.{{ name }} end as {{ name }},
    {% endfor -%}
    provenance.observations_count,
    provenance.posted_count,
    provenance.offer_count,
    provenance.reported_count,
    provenance.official_count,
    provenance.sources,
    provenance.observations_count = provenance.official_count as is_official_only,
    provenance.is_top_coded,
    provenance.earliest_observed_date,
    provenance.latest_observed_date,
    {{ utc_date(horizon()) }} - provenance.latest_observed_date as freshness_days
from percentiles
inner join provenance
    on
        percentiles.occupation_id = provenance.occupation_id
        and percentiles.cell_region_id = provenance.cell_region_id
        and percentiles.cell_seniority = provenance.cell_seniority
