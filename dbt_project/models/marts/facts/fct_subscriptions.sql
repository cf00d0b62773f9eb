with versions as (

    select
        *,
        lag(plan) over history as plan_before,
        lag(status) over history as status_before,
        lag(amount) over history as amount_before,
        lag(billing_interval) over history as billing_interval_before,
        row_number() over history as version_number
    from {{ ref('int_subscriptions') }}
    where updated_at <= {{ horizon() }}
    window history as (partition by subscription_id order by updated_at, known_at)

),

-- A period begins where plan, status or price changed; an update that changed none of them begins none.
changes as (

    select
        *,
        case when version_number = 1 then started_at else updated_at end as period_start_at
    from versions
    where
        version_number = 1
        or plan <> plan_before
        or status <> status_before
        or billing_interval <> billing_interval_before
        or coalesce(amount, 0) <> coalesce(amount_before, 0)

),

periods as (

    select
        *,
        row_number() over (partition by subscription_id order by version_number) as period_number,
        lead(updated_at) over (partition by subscription_id order by version_number) as next_period_at
    from changes

)

select
    subscription_id,
    period_number,
    subject_id,
    plan,
    status,
    period_start_at,
    -- What is cancelled stays so; any other period ends with the subscription.
    case when status = 'cancelled' then next_period_at else least(next_period_at, ended_at) end as period_end_at,
    started_at,
    ended_at,
    amount,
    currency,
    billing_interval,
    amount_usd / (case when billing_interval = 'year' then 12 else 1 end) as monthly_amount_usd,
    status = 'active' and coalesce(amount, 0) > 0 as is_paying,
    known_at
from periods
