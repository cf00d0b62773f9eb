{#
    A staging model of postings. Arguments are SQL expressions over `record` unless said otherwise:

    `job_id`: id of the posting at the source; the key becomes `<source>:<job_id>`. `job_key`: the whole key instead.
    `title`, `company_name`: markup and entities are taken out here.
    `country`, `region`: names or codes, also of three letters; the country comes out as ISO alpha-2 (null for a word that is
    no country's name), the region as the two letters of a US state.
    `location`: free text, which enrichment reads; what it says comes in where postings come together.
    `workplace`: 'onsite', 'hybrid' or 'remote' (`workplace_word`); `is_remote`: where no more is told than that.
    `salary_min`, `salary_max`, `currency`, `salary_period`: pay as told, for its period, in a word that `annual_pay`
    (`macros/pay.sql`) lists; another leaves the pay of a year null.
    `salary_basis`: 'posted' (said by the employer), or 'modelled' (estimated by the provider).
    `skills_told`: array of texts. `version_order`: a list of columns that tell the better version (`updated_at`, where told).
#}
{% macro stage_posting(source_name, resource) -%}
    {%- set known = staging_columns('posting').keys() | list + ['job_id', 'version_order'] -%}
    {%- do check_arguments('stage_posting', kwargs, known, ['title']) -%}
    {%- do check_arguments(
        'stage_posting', kwargs, known, ['job_id'] if not kwargs.get('job_key') else ['job_key']
    ) -%}
    {%- set told = dict(kwargs) -%}
    {%- if told.get('job_id') -%}
        {%- do told.update(job_key="'" ~ source_name ~ ":' || " ~ told.pop('job_id')) -%}
    {%- endif -%}
    {%- do told.update(
        title=plain_text(told['title']),
        salary_basis=told.get('salary_basis', "'posted'"),
    ) -%}
    {%- if told.get('company_name') -%} {%- do told.update(company_name=plain_text(told['company_name'])) -%} {%- endif -%}
    {%- if told.get('currency') -%} {%- do told.update(currency='upper(' ~ told['currency'] ~ ')') -%} {%- endif -%}
    {%- do told.update(told_place(told)) -%}
    {{ staged('posting', source_name, resource, told, ['job_key'], version_order_of(kwargs)) }}
{%- endmacro %}


{# Country and region of a mapping of arguments, resolved; a US state without a country means the United States. #}
{% macro told_place(told) -%}
    {%- set place = {} -%}
    {%- if told.get('country') and told.get('region') -%}
        {%- set country = 'coalesce(' ~ country_code(told['country']) ~ ', case when ' ~ told['country'] ~ ' is null and '
            ~ us_state_code(told['region']) ~ " is not null then 'US' end)" -%}
        {%- do place.update(country=country) -%}
        {%- do place.update(region='case when ' ~ country ~ " = 'US' then " ~ us_state_code(told['region']) ~ ' end') -%}
    {%- elif told.get('country') -%}
        {%- do place.update(country=country_code(told['country'])) -%}
    {%- elif told.get('region') -%}
        {%- do place.update(
            country='case when ' ~ us_state_code(told['region']) ~ " is not null then 'US' end",
            region=us_state_code(told['region']),
        ) -%}
    {%- endif -%}
    {{ return(place) }}
{%- endmacro %}


{# What orders the versions of a thing: as the call says, or the record's own instant of change where it is told. #}
{% macro version_order_of(arguments) -%}
    {{ return(arguments.get('version_order', ['updated_at'] if arguments.get('updated_at') else [])) }}
{%- endmacro %}
