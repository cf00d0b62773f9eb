{# Text without HTML tags and entities, blanks collapsed; null when nothing is left. #}
{% macro strip_html(expression) -%}
    nullif(trim(regexp_replace(regexp_replace({{ expression }}, '<[^>]*>|&[a-z#0-9]+;', ' ', 'g'), '\s+', ' ', 'g')), '')
{%- endmacro %}

{# The distinct words of a text or of an array of texts as an array: lower case, two characters at least. #}
{% macro word_set(expression) -%}
    {{ return(adapter.dispatch('word_set', 'cvplus')(expression)) }}
{%- endmacro %}

{% macro postgres__word_set(expression) -%}
    array(
        select distinct word
        from regexp_split_to_table(lower(coalesce({{ expression }}, '')), '[^[:alnum:]+#]+') as word
        where length(word) > 1
        order by word
    )
{%- endmacro %}

{% macro default__word_set(expression) -%}
    array_distinct(split(lower({{ expression }}), '[^a-z0-9+#]+'))
{%- endmacro %}

{# How many elements of the first array are in the second. #}
{% macro shared_count(wanted, held) -%}
    {{ return(adapter.dispatch('shared_count', 'cvplus')(wanted, held)) }}
{%- endmacro %}

{% macro postgres__shared_count(wanted, held) -%}
    (select count(*) from unnest({{ wanted }}) as element where element = any({{ held }}))
{%- endmacro %}

{% macro default__shared_count(wanted, held) -%}
    size(array_intersect({{ wanted }}, {{ held }}))
{%- endmacro %}

{# The share of the first array's elements that are in the second, 0-1; null when the first is empty or missing. #}
{% macro shared_share(wanted, held) -%}
    ({{ shared_count(wanted, held) }}::double precision / nullif(cardinality({{ wanted }}), 0))
{%- endmacro %}
