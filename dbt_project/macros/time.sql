{# The instant "now" of the warehouse: nothing that is built depends on when it is built. #}
{% macro horizon() -%}
    {%- if var('horizon') -%}
        cast('{{ var("horizon") }}' as timestamptz)
    {%- else -%}
        (
            select coalesce(
                max(accepted_batch.window_end) filter (where accepted_batch.source = 'product'),
                max(accepted_batch.window_end)
            )
            from {{ source('ops', 'batches') }} as accepted_batch
            where accepted_batch.state in ('accepted', 'released')
        )
    {%- endif -%}
{%- endmacro %}
