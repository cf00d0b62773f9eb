{#- Stars out of five, as a number or a text; 0.0 means that nobody rated. -#}
{%- set stars -%}
    nullif({{ safe_number(json_text('record', 'overallRating')) }}, 0)
{%- endset -%}

{{ stage_company(
    'glassdoor', 'employers',
    source_company_id=json_text('record', 'id'),
    company_name=json_text('record', 'name'),
    website_url="case when " ~ json_text('record', 'website') ~ " ~ '^https?://' then " ~ json_text('record', 'website')
        ~ " else 'https://' || nullif(" ~ json_text('record', 'website') ~ ", '') end",
    categories="array_remove(array[" ~ json_text('record', 'industryName') ~ ", " ~ json_text('record', 'sectorName') ~ "], null)",
    rating=stars,
    rating_count="case when " ~ stars ~ " is not null then " ~ safe_integer(json_text('record', 'numberOfRatings')) ~ " end",
) }}
