{#
    One part ('low', 'high', 'currency' or 'period') of pay that is told as a list of ranges, one for each zone or tier:
    from the lowest lower to the highest upper end of all ranges of the currency and period that come first.

    `path`: of the ranges in `record`. `low`, `high`, `currency`: their fields. `period`, `is_pay`: SQL over `pay_range`:
    the period, and whether the range is pay and not a bonus or a share. Ranges of nought are no statement. Amounts are
    divided by `unit`. What is less than `least_a_year` for a year is nothing that can be believed: all parts are null.
#}
{% macro pay_of_ranges(part, path, low, high, currency, period, is_pay, unit=1, least_a_year=5000) -%}
    {{ return(adapter.dispatch('pay_of_ranges', 'cvplus')(part, path, low, high, currency, period, is_pay, unit, least_a_year)) }}
{%- endmacro %}

{% macro postgres__pay_of_ranges(part, path, low, high, currency, period, is_pay, unit, least_a_year) -%}
    (
        select {{ 'widest.pay_' ~ part }}
        from (
            select
                pay_currency,
                pay_period,
                min(coalesce(low_end, high_end)) as pay_low,
                case when max(high_end) is not null then greatest(max(high_end), max(low_end)) end as pay_high,
                min(place) as first_place
            from (
                select
                    {{ json_text('pay_range', currency) }} as pay_currency,
                    {{ period }} as pay_period,
                    nullif({{ safe_number(json_text('pay_range', low)) }}, 0) / {{ unit }} as low_end,
                    nullif({{ safe_number(json_text('pay_range', high)) }}, 0) / {{ unit }} as high_end,
                    place
                from jsonb_path_query(record, '$.{{ path }}') with ordinality as listed (pay_range, place)
                where {{ is_pay }}
            ) as told
            where low_end > 0 or high_end > 0
            group by pay_currency, pay_period
        ) as widest
        where {{ annual_pay('coalesce(widest.pay_high, widest.pay_low)', 'widest.pay_period') }} >= {{ least_a_year }}
        order by widest.first_place
        limit 1
    )
{%- endmacro %}


{#
    An end of a range of pay, or null where the range is less than 5,000 for a year: somebody entered thousands, or
    another period.
#}
{% macro believable_pay(amount, low, high, period) -%}
    case when greatest({{ annual_pay(low, period) }}, {{ annual_pay(high, period) }}) >= 5000 then {{ amount }} end
{%- endmacro %}


{# The name that the word of a job board stands for, where nothing better is told: "new-western" is New Western. #}
{% macro company_of_board(expression) -%}
    initcap(regexp_replace({{ expression }}, '[-_]+', ' ', 'g'))
{%- endmacro %}


{# Where the work is done, by the word that a provider's field has for it; null for a mixture and for another word. #}
{% macro workplace_word(expression) -%}
    case regexp_replace(lower({{ expression }}), '[^a-z]', '', 'g')
        when 'remote' then 'remote' when 'hybrid' then 'hybrid' when 'onsite' then 'onsite' when 'inoffice' then 'onsite'
    end
{%- endmacro %}
