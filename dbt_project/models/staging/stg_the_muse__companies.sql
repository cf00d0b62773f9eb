{%- set seat = "(array_remove(" ~ json_values('record', 'locations', 'name') ~ ", 'Flexible / Remote'))[1]" -%}

{{ stage_company(
    'the_muse', 'companies',
    source_company_id=json_text('record', 'id'),
    company_name=json_text('record', 'name'),
    categories=json_values('record', 'industries', 'name'),
    country=location_country(seat),
    region=location_state(seat),
    city=city_of_location(seat),
) }}
