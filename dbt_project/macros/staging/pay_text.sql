{#
    One part of pay that is told in free text: 'low', 'high' (numbers), 'currency' (ISO 4217) or 'period' ('year',
    'month', 'week', 'day', 'hour'). "$120k - $150k", "170K-234K Annually", "61-119 Hourly", "€70k+",
    "$53K-$91K (Glassdoor est.)".

    All parts are null unless the whole text is an amount or a range of them, with nothing else but a currency, a
    period, "+", extras such as "+ equity" and a note of who says it. Without a period it is a year where the amounts
    can be those of a year (10,000 and more), else null; a text without currency and period is pay only as a range with
    "k" ("401k" is none). A "k" at the upper end holds for the lower one too. An open
    range ("70k+") has no upper end. The currency is null where none is written: the caller may know it.
#}
{% macro pay_text(expression, part) -%}
    {{ return(adapter.dispatch('pay_text', 'cvplus')(expression, part)) }}
{%- endmacro %}

{% macro postgres__pay_text(expression, part) -%}
    {%- set sign = '(us\\$|ca?\\$|au?\\$|sg?\\$|hk\\$|nz\\$|\\$|€|£|₹|usd|eur|gbp|cad|aud|chf|sek|nok|dkk|pln|inr|jpy|sgd|hkd|nzd)?' -%}
    {%- set amount = '([0-9]{1,9}(?:\\.[0-9]{1,2})?) ?(k)?' -%}
    {%- set period = '(?:(?:per|an?|/|p\\.) ?)?(?:(years?|yr|annum|a\\.?|annually|annual|yearly)|(months?|mo|monthly)|(weeks?|wk|weekly)|(days?|daily)|(hours?|hr|hourly))\\.?' -%}
    {%- set pattern = '^' ~ sign ~ ' ?' ~ amount ~ '(?: ?(?:-|to) ?' ~ sign ~ ' ?' ~ amount ~ ')? ?' ~ '(\\+)? ?' ~ sign
        ~ ' ?(?:' ~ period ~ ')?$' -%}
    {%- set currencies = {
        'USD': ['$', 'us$', 'usd'], 'EUR': ['€', 'eur'], 'GBP': ['£', 'gbp'], 'CAD': ['c$', 'ca$', 'cad'], 'AUD': ['a$', 'au$', 'aud'],
        'SGD': ['s$', 'sg$', 'sgd'], 'HKD': ['hk$', 'hkd'], 'NZD': ['nz$', 'nzd'], 'INR': ['₹', 'inr'],
    } -%}
    (
        select {{ 'pay.pay_' ~ part }}
        from (
            select
                (found[2])::double precision
                * case when found[3] is not null or (found[6] is not null and (found[2])::double precision < 1000) then 1000 else 1 end
                    as pay_low,
                case
                    when found[5] is not null
                        then
                            (found[5])::double precision
                            * case when found[6] is not null or (found[3] is not null and (found[5])::double precision < 1000) then 1000 else 1 end
                    when found[7] is null
                        then (found[2])::double precision * case when found[3] is not null then 1000 else 1 end
                end as pay_high,
                case coalesce(found[1], found[4], found[8])
                    {%- for code, signs in currencies.items() %}{% for one in signs %}
                    when '{{ one }}' then '{{ code }}'
                    {%- endfor %}{% endfor %}
                    else upper(coalesce(found[1], found[4], found[8]))
                end as pay_currency,
                coalesce(found[1], found[4], found[8], found[9], found[10], found[11], found[12], found[13]) is not null
                or (found[5] is not null and coalesce(found[3], found[6]) is not null) as is_clearly_pay,
                found[4] as second_sign,
                found[1] as first_sign,
                case
                    when found[9] is not null then 'year' when found[10] is not null then 'month'
                    when found[11] is not null then 'week' when found[12] is not null then 'day'
                    when found[13] is not null then 'hour'
                    when (found[2])::double precision >= 10000 or coalesce(found[3], found[6]) is not null then 'year'
                end as pay_period
            from (
                -- Without the offset the match would be worked out again at each of its uses.
                select regexp_match({{ pay_text_normalised(expression) }}, '{{ pattern }}') as found
                offset 0
            ) as matched
            where found is not null
        ) as pay
        where
            pay.pay_low > 0
            and pay.is_clearly_pay
            and pay.pay_period is not null
            and (pay.pay_period <> 'year' or pay.pay_low >= 5000)
            and (pay.pay_period <> 'hour' or pay.pay_low < 1000)
            and (pay.pay_high is null or pay.pay_high >= pay.pay_low)
            and (pay.first_sign is null or pay.second_sign is null or pay.first_sign = pay.second_sign)
    )
{%- endmacro %}


{# The text in lower case, without marks between thousands, notes of who estimated it, and extras. #}
{% macro pay_text_normalised(expression) -%}
    {%- set text = namespace(sql='lower(left(' ~ expression ~ ', 200))') -%}
    {%- for pattern, replacement in [
        ('[–—‒−]', '-'),
        ('([0-9])[.,]([0-9]{3})(?![0-9])', '\\1\\2'),
        ('^(employer provided salary|salary|compensation|pay|base) ?:', ''),
        ('\\((glassdoor|employer|indeed|estimated)[a-z ]*\\.?\\)', ''),
        (' ?(\\+|and|&|plus) ?(equity|bonus|benefits|stock|options|commission)[a-z ,+&]*$', ''),
        ('\\s+', ' '),
    ] -%}
        {%- set text.sql = 'regexp_replace(' ~ text.sql ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "', 'g')" -%}
    {%- endfor -%}
    trim({{ text.sql }})
{%- endmacro %}
