{{ config(tags=['read_by_linkers']) }}
{%- set columns = staging_columns('company') -%}
{%- set counted = {'size_min': 'employees.head_count', 'size_max': 'employees.head_count', 'updated_at': 'news.known_at'} -%}

-- Few companies say in their annual report how many people they employ; the report with the latest day counts.
with employees as (

    select
        source_company_id,
        case when fact_value between 1 and 2000000000 then fact_value::integer end as head_count,
        known_at,
        {{ known_until(['source_company_id'], ['period_end', 'filed_date'], []) }} as known_until
    from {{ ref('stg_sec_edgar__facts') }} as facts
    where
        fact_tag = 'EntityNumberOfEmployees'
        and {{ was_ever_current('facts') }}

),

news as (

    select
        source_company_id,
        known_at
    from {{ ref('stg_sec_edgar__companies') }}
    union
    select
        source_company_id,
        known_at
    from employees

),

-- A company is told from when its own record is known; what was stated before is known then too.
united as (

    select
        company.record_key,
        company.content_hash,
        company.batch_id,
        company.source,
        company.resource,
        {% for name in columns -%}
        {{ counted.get(name, 'company.' ~ name) }} as {{ name }},
        {% endfor -%}
        news.known_at
    from news
    {{ as_of_join(ref('stg_sec_edgar__companies'), 'company', 'news', ['source_company_id'], 'news.known_at') }}
    {{ as_of_join('employees', 'employees', 'news', ['source_company_id'], 'news.known_at') }}
    where company.source_company_id is not null

)

select
    *,
    {{ known_until(['source_company_id'], ['updated_at'], []) }} as known_until
from united
