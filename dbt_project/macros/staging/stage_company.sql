{#
    A staging model of companies. Arguments are SQL expressions over `record`:

    `source_company_id`: id of the company at the source; `company_name`: markup and entities are taken out here.
    `size_min`, `size_max`: head count (of a coded range: `looked_up('company_size_codes', …)`).
    `founded_date`: the first day of the year or month where no more is known. `categories`: array of texts.
    `country`, `region`: names or codes. `funding_total_usd`: in USD as the source states it.
    `rating`: stars out of five by `rating_count` people.
#}
{% macro stage_company(source_name, resource) -%}
    {%- set known = staging_columns('company').keys() | list + ['version_order'] -%}
    {%- do check_arguments('stage_company', kwargs, known, ['source_company_id', 'company_name']) -%}
    {%- set told = dict(kwargs, company_name=plain_text(kwargs['company_name'])) -%}
    {%- do told.update(told_place(told)) -%}
    {{ staged('company', source_name, resource, told, ['source_company_id'], version_order_of(kwargs)) }}
{%- endmacro %}
