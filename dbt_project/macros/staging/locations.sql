{# The city that a free-text location begins with; null where it begins with no place ("Remote", "Worldwide"). #}
{% macro city_of_location(expression) -%}
    nullif(
        regexp_replace(trim(split_part({{ expression }}, ',', 1)), '^(remote|worldwide|anywhere|global)\M.*$', '', 'i'), ''
    )
{%- endmacro %}


{#
    The country (ISO alpha-2) and the US state (two letters, of a place in the United States) that a free-text location
    tells: `location_country(text)`, `location_state(text)`. Null when it tells none, or nothing clear.

    Several places ("New York, NY; Remote, US") are read one after the other, and the first that tells a country
    counts. In each: what stands behind the last comma is a country's name or code, or a US state ("Austin, TX"); else
    the city in front is looked up ("London"). CA is California unless a city or province of Canada stands in front
    ("Toronto, ON, CA"); DE behind a single comma is nothing clear unless the city is known ("Berlin, DE").
#}
{% macro location_country(expression) -%}
    {{ return(adapter.dispatch('location_part', 'cvplus')(expression, 'country')) }}
{%- endmacro %}

{% macro location_state(expression) -%}
    {{ return(adapter.dispatch('location_part', 'cvplus')(expression, 'state')) }}
{%- endmacro %}

{% macro postgres__location_part(expression, part) -%}
    {%- set provinces -%}
        'on', 'qc', 'bc', 'ab', 'mb', 'sk', 'ns', 'nb', 'nl', 'pe', 'ontario', 'quebec', 'québec', 'british columbia', 'alberta',
        'manitoba', 'saskatchewan', 'nova scotia', 'new brunswick', 'newfoundland and labrador', 'prince edward island'
    {%- endset -%}
    (
        select located.{{ part }}
        from (
            select
                spelled.place_number,
                case
                    when whole.country is not null then whole.country
                    when spelled.parts_count = 2 and state.state_code is not null and city.country is null
                        then case when state.state_code <> 'DE' then 'US' end
                    when state.state_code is not null and spelled.last_part not in ('ca', 'de') then 'US'
                    when spelled.last_part = 'ca' and spelled.parts_count > 2 and coalesce(city.country, '') <> 'CA'
                        and coalesce(spelled.middle_part, '') not in ({{ provinces }})
                        then 'US'
                    else coalesce(
                        case when spelled.parts_count = 2 and length(spelled.last_part) = 2 then city.country end,
                        country.country,
                        city.country,
                        case when state.state_code is not null then 'US' end
                    )
                end as country,
                coalesce(state.state_code, middle_state.state_code) as told_state
            from (
                select
                    split.place_number,
                    lower(trim(place.place_name)) as whole_part,
                    lower(trim(split_part(place.place_name, ',', 1))) as first_part,
                    case
                        when place.place_name like '%,%,%' then lower(trim(split_part(place.place_name, ',', -2)))
                    end as middle_part,
                    lower(trim(split_part(place.place_name, ',', -1))) as last_part,
                    cardinality(string_to_array(place.place_name, ',')) as parts_count
                from regexp_split_to_table(
                    regexp_replace(left({{ expression }}, 300), '\m(remote|hybrid|on-?site|only)\M', '', 'gi'),
                    '\s*[;|/()]\s*|\s+(?:-|–|or|and)\s+'
                ) with ordinality as split (raw_name, place_number)
                cross join lateral (select trim(both ', ' from split.raw_name) as place_name) as place
                where place.place_name <> ''
            ) as spelled
            left join {{ ref('places') }} as whole on spelled.whole_part = whole.place
            left join {{ ref('places') }} as city on spelled.first_part = city.place and spelled.parts_count > 1
            left join {{ ref('places') }} as country on spelled.last_part = country.place and spelled.parts_count > 1
            left join {{ ref('us_states') }} as state
                on
                    spelled.last_part in (lower(state.state_code), lower(state.state_name))
                    and (spelled.parts_count > 1 or length(spelled.last_part) > 2)
            left join {{ ref('us_states') }} as middle_state
                on spelled.middle_part in (lower(middle_state.state_code), lower(middle_state.state_name))
        ) as named
        cross join lateral (
            select
                named.country,
                case when named.country = 'US' then named.told_state end as state
        ) as located
        where named.country is not null
        order by named.place_number
        limit 1
    )
{%- endmacro %}
