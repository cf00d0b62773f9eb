{#- The median of an expression within its group. -#}
{% macro median_of(expression) -%}
    {{ return(adapter.dispatch('median_of', 'cvplus')(expression)) }}
{%- endmacro %}

{% macro postgres__median_of(expression) -%}
    cast(percentile_cont(0.5) within group (order by {{ expression }}) as double precision)
{%- endmacro %}


{#-
  A weighted percentile, as an aggregate over points that carry their place in the distribution.

  Hazen's plotting position, generalised to weights: point i of a group sorted by value stands at
  (weight before it + half its own) / weight of the group; between two points the percentile is
  interpolated on a straight line, beyond the outermost it is the outermost value. With equal weights this
  is Hazen's (i - 0.5) / n (Hyndman and Fan 1996, definition 5).

  `value`, `position` are the point's; `next_value`, `next_position` those of the point after it (null for the
  last). Plain SQL: any engine takes it.
-#}
{% macro weighted_percentile(share, value, position, next_value, next_position) -%}
    coalesce(
        max(
            case
                when {{ position }} <= {{ share }} and {{ next_position }} > {{ share }}
                    then
                        {{ value }} + ({{ next_value }} - {{ value }})
                        * ({{ share }} - {{ position }}) / ({{ next_position }} - {{ position }})
            end
        ),
        case when min({{ position }}) > {{ share }} then min({{ value }}) else max({{ value }}) end
    )
{%- endmacro %}
