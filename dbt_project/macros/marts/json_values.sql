{#- A number at a path of a json column: json_number('metrics', 'auc'). Null where the path or a number is missing. -#}
{% macro json_number(column) -%}
    {{ safe_number(adapter.dispatch('json_text', 'cvplus')(column, varargs)) }}
{%- endmacro %}


{#-
  A number of the first object in a json list whose `key` is `value`; null where there is none:
  json_listed_number('reasons', 'rule', 'minimum_accuracy', 'low').
-#}
{% macro json_listed_number(column, key, value, name) -%}
    {{ return(adapter.dispatch('json_listed_number', 'cvplus')(column, key, value, name)) }}
{%- endmacro %}

{% macro postgres__json_listed_number(column, key, value, name) -%}
    {{ safe_number("(jsonb_path_query_first(" ~ column ~ ", '$[*] ? (@." ~ key ~ ' == "' ~ value ~ '").' ~ name ~ "') #>> '{}')") }}
{%- endmacro %}

{% macro default__json_listed_number(column, key, value, name) -%}
    cast(
        filter(
            from_json({{ column }}, 'array<map<string,string>>'), one -> one['{{ key }}'] = '{{ value }}'
        )[0]['{{ name }}'] as double
    )
{%- endmacro %}
