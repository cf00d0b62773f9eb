{#
    A staging model of statements about pay that come without a posting. Arguments are SQL expressions over `record`:

    `observation_id`: what the statement is called at the source, stable over its versions; where it is made of what the
    record says, `version_of` (a list of columns) says which record that is.
    `basis`: 'posted', 'reported' (by people, of themselves), 'official_statistic' or 'modelled'.
    `via`: whose statistic it is that the source only passes on ('bls_oews'): it counts where that one itself says nothing.
    `occupation_code`: a SOC code; without one, the occupation is matched to `occupation_title` by enrichment.
    `industry`: null for all industries; official statistics of one industry are not observations.
    `country`, `region`, `city`: the area; a statistic of a whole state or country has no city. `area_name`: as told.
    Amounts (`low` to `p90`) as told, for `salary_period`; `sample_size`: how many people stand behind them.
#}
{% macro stage_pay(source_name, resource) -%}
    {%- set known = staging_columns('pay').keys() | list + ['observation_id', 'occupation_code', 'version_order', 'version_of'] -%}
    {%- do check_arguments('stage_pay', kwargs, known, ['observation_id', 'basis', 'observed_date']) -%}
    {%- set told = dict(kwargs) -%}
    {%- do told.update(observation_key="'" ~ source_name ~ ":' || " ~ told.pop('observation_id')) -%}
    {%- if told.get('occupation_code') -%}
        {%- do told.update(occupation_id=soc_code(told.pop('occupation_code'))) -%}
    {%- endif -%}
    {%- for name in ['occupation_title', 'company_name'] if told.get(name) -%}
        {%- do told.update({name: plain_text(told[name])}) -%}
    {%- endfor -%}
    {%- if told.get('currency') -%} {%- do told.update(currency='upper(' ~ told['currency'] ~ ')') -%} {%- endif -%}
    {%- do told.update(told_place(told)) -%}
    {{ staged('pay', source_name, resource, told, ['observation_key'], version_order_of(kwargs), kwargs.get('version_of', [])) }}
{%- endmacro %}
