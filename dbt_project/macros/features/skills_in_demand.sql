{#
    How rare skills are, and how their demand moves in the job's industry, or in all where that is too thin: as known when
    the week before the spine's instant was over.
    `skills`: an array. Gives rarity and, of those in the array `held`, held_rarity (sums of -ln of the share of jobs
    that ask for the skill, of decimal numbers, whose sum is the same in any order; one that no job asked for is left
    out), emerging_share and declining_share of those whose trend is known.
#}
{% macro skills_in_demand(skills, spine, job, held=none) -%}
    select
        sum(cast(-ln(demand.skill_asked_share) as numeric)) as rarity,
        {% if held -%}
        coalesce(sum(cast(-ln(demand.skill_asked_share) as numeric)) filter (where demand.skill_id = any({{ held }})), 0)
            as held_rarity,
        {% endif -%}
        (avg(case when demand.skill_demand_change >= {{ var('skill_trend') }} then 1 else 0 end)
        filter (where demand.skill_demand_change is not null))::double precision as emerging_share,
        (avg(case when demand.skill_demand_change <= 1 / (1 + {{ var('skill_trend') }}) - 1 then 1 else 0 end)
        filter (where demand.skill_demand_change is not null))::double precision as declining_share
    from (
        select
            everywhere.skill_id,
            nullif(everywhere.skill_asked_share, 0) as skill_asked_share,
            coalesce(in_industry.skill_demand_change, everywhere.skill_demand_change) as skill_demand_change
        from {{ ref('skill_features') }} as everywhere
        left join {{ ref('skill_features') }} as in_industry
            on
                everywhere.week_start_date = in_industry.week_start_date
                and everywhere.skill_id = in_industry.skill_id
                and in_industry.industry_id = {{ job }}.industry_id
        where
            everywhere.industry_id = 'all'
            and everywhere.week_start_date = {{ utc_week(spine ~ '.feature_at') }} - 7
            and everywhere.skill_id = any({{ skills }})
    ) as demand
{%- endmacro %}
