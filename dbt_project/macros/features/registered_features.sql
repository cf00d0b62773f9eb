{#
    The features that the YAML of the feature tables declares, as a list of mappings; empty while dbt only parses.
    A declaration that lacks a part, or a name declared twice, stops the build. `moves_with_time` may be left out: false.
#}
{% macro registered_features() -%}
    {%- set features = [] -%}
    {%- if execute -%}
        {%- set kinds = {'double precision': 'number', 'integer': 'number', 'text': 'category', 'boolean': 'boolean'} -%}
        {%- set seen = [] -%}
        {%- set models = graph.nodes.values()
            | selectattr('resource_type', 'equalto', 'model') | selectattr('schema', 'equalto', 'features')
            | sort(attribute='name') -%}
        {%- for model in models -%}
            {%- for column in model.columns.values() if column.config.meta.get('feature') -%}
                {%- set declared = column.config.meta.feature -%}
                {%- for part in ['group', 'entity', 'unit', 'expected_direction', 'time_to_live_hours', 'is_model_input'] -%}
                    {%- if part not in declared -%}
                        {{ exceptions.raise_compiler_error(
                            model.name ~ '.' ~ column.name ~ ': config.meta.feature lacks "' ~ part
                            ~ '". Add it in ' ~ model.patch_path ~ '.'
                        ) }}
                    {%- endif -%}
                {%- endfor -%}
                {%- if column.name in seen -%}
                    {{ exceptions.raise_compiler_error(
                        'Feature "' ~ column.name ~ '" is declared twice; ' ~ model.name ~ ' must name it otherwise.'
                    ) }}
                {%- endif -%}
                {%- do seen.append(column.name) -%}
                {%- if declared.get('moves_with_time', false) is not boolean -%}
                    {{ exceptions.raise_compiler_error(
                        model.name ~ '.' ~ column.name ~ ': moves_with_time is true or false. Correct it in '
                        ~ model.patch_path ~ '.'
                    ) }}
                {%- endif -%}
                {%- do features.append(dict(
                    dict({'moves_with_time': false}, **declared),
                    name=column.name,
                    data_type=kinds[column.data_type],
                    meaning=column.description,
                    table_name=model.name,
                )) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(features) }}
{%- endmacro %}

{# The names of the features that move with the clock alone: ages, the calendar, counts over a window that slides. #}
{% macro moving_feature_names() -%}
    {{ return(registered_features() | selectattr('moves_with_time') | map(attribute='name') | list) }}
{%- endmacro %}
