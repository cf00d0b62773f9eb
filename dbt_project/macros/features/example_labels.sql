{#
    What came of each example, as far as the horizon has seen.
    `spine`: a relation with example_id, application_id, feature_at (the instant of applying).
    An application younger than the label window has no yes or no yet, even when an interview is already known: only
    good news arrives early, and examples that count early would be the lucky ones.
#}
{% macro example_labels(spine) %}
    {%- set window = var('label_window_days') ~ " * interval '1 day'" %}
    select
        example_id,
        case when feature_at + {{ window }} <= horizon_at then coalesce(interview_at <= feature_at + {{ window }}, false) end
            as is_interviewed,
        case when feature_at + {{ window }} <= horizon_at then coalesce(offer_at <= feature_at + {{ window }}, false) end
            as is_offered,
        offer_salary_usd,
        -- Same-day answers count as half a day: survival times are above zero.
        greatest({{ days_between('feature_at', 'coalesce(offer_at, observed_until)') }}, 0.5)::double precision
            as days_to_offer_lower,
        case
            when offer_at is not null
                then greatest({{ days_between('feature_at', 'offer_at') }}, 0.5)::double precision
        end as days_to_offer_upper
    from (
        select
            spine.example_id,
            spine.feature_at,
            clock.horizon_at,
            min(outcome.occurred_at) filter (where outcome.outcome in ('interview', 'offer', 'hired')) as interview_at,
            min(outcome.occurred_at) filter (where outcome.outcome in ('offer', 'hired')) as offer_at,
            -- Without an offer the application was watched until it ended otherwise, or until now.
            least(
                min(outcome.occurred_at) filter (where outcome.outcome in ('rejected', 'withdrawn', 'no_response')),
                clock.horizon_at
            ) as observed_until,
            (
                array_agg(outcome.salary_usd order by outcome.occurred_at, outcome.outcome_id)
                filter (where outcome.outcome in ('offer', 'hired') and outcome.salary_usd > 0)
            )[1]::double precision as offer_salary_usd
        from {{ spine }} as spine
        cross join (select {{ horizon() }} as horizon_at) as clock
        left join {{ ref('int_outcomes') }} as outcome
            on
                spine.application_id = outcome.application_id
                and outcome.occurred_at <= clock.horizon_at
                and {{ as_of('outcome', 'clock.horizon_at') }}
        group by spine.example_id, spine.feature_at, clock.horizon_at
    ) as history
{% endmacro %}
