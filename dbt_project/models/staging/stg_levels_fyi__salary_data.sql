{#- Built whole: one thing may be told under several records. -#}
{{ config(materialized='table') }}
{#- A report of pay in US dollars: in thousands below 5,000. Beyond belief is no statement; nor is 0, where only the total was told. -#}
{%- set base_usd -%}
    (
        select reported.usd
        from (
            select told.amount * case when told.amount < 5000 then 1000 else 1 end as usd
            from (select {{ safe_number(json_text('record', 'basesalary')) }} as amount) as told
        ) as reported
        where reported.usd between 10000 and 5000000
    )
{%- endset -%}
{%- set reported_at = json_text('record', 'timestamp') -%}
{%- set location = json_text('record', 'location') -%}

-- A report handed in twice is one: what identifies it is what it says.
{{ stage_pay(
    'levels_fyi', 'salary_data',
    observation_id="md5(concat_ws('|', " ~ [
        reported_at, json_text('record', 'company'), json_text('record', 'title'), json_text('record', 'level'), location,
        json_text('record', 'totalyearlycompensation'), json_text('record', 'basesalary'), json_text('record', 'yearsofexperience'),
    ] | join(', ') ~ "))",
    version_of=['record_key'],
    basis="'reported'",
    occupation_title=json_text('record', 'title'),
    company_name=json_text('record', 'company'),
    country="case when " ~ location ~ " like '%,%,%' then trim(split_part(" ~ location ~ ", ',', -1)) end",
    region="trim(split_part(" ~ location ~ ", ',', 2))",
    city="trim(split_part(" ~ location ~ ", ',', 1))",
    area_name=location,
    observed_date=believable_date(safe_cast_text(
        "regexp_replace(substring(" ~ reported_at ~ " from '^[0-9]{1,4}[/-].*$'), '^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}).*$', '\\3-\\1-\\2')",
        'date'
    )),
    salary_period="'year'",
    currency="'USD'",
    median=base_usd,
    sample_size="1::double precision",
) }}
