{# Text without HTML tags and entities, blanks collapsed; null when nothing is left. #}
{% macro strip_html(expression) -%}
    nullif(trim(regexp_replace(regexp_replace({{ expression }}, '<[^>]*>|&[a-zA-Z#0-9]+;', ' ', 'g'), '\s+', ' ', 'g')), '')
{%- endmacro %}

{# Text with HTML entities resolved, also those escaped twice; entities that are not listed here stay as they are. #}
{% macro unescape_html(expression) -%}
    {%- set entities = {
        '&amp;': '&', '&#38;': '&', '&nbsp;': ' ', '&#160;': ' ', '&#xa0;': ' ', '&#x2F;': '/', '&#47;': '/', '&#x27;': "''", '&#39;': "''",
        '&apos;': "''", '&rsquo;': '’', '&#8217;': '’', '&lsquo;': '‘', '&quot;': '"', '&#34;': '"', '&ndash;': '–', '&#8211;': '–',
        '&mdash;': '—', '&#8212;': '—', '&bull;': '•', '&hellip;': '…', '&euro;': '€', '&pound;': '£', '&auml;': 'ä', '&ouml;': 'ö',
        '&uuml;': 'ü', '&Auml;': 'Ä', '&Ouml;': 'Ö', '&Uuml;': 'Ü', '&szlig;': 'ß', '&eacute;': 'é', '&egrave;': 'è', '&agrave;': 'à',
        '&ccedil;': 'ç', '&lt;': '<', '&#60;': '<', '&gt;': '>', '&#62;': '>'
    } -%}
    {%- set text = namespace(sql=expression) -%}
    {%- for entity, character in entities.items() -%}
        {%- set text.sql = "replace(" ~ text.sql ~ ", '" ~ entity ~ "', '" ~ character ~ "')" -%}
    {%- endfor -%}
    case when {{ expression }} like '%&%' then {{ text.sql }} else {{ expression }} end
{%- endmacro %}

{# What a reader sees of HTML: no tags, entities resolved (a blank for one unknown), blanks collapsed; null when nothing is left. #}
{% macro plain_text(expression) -%}
    {{ strip_html(unescape_html(expression)) }}
{%- endmacro %}

{# The slug of a skill: lower case, blanks as "-". #}
{% macro skill_slug(expression) -%}
    regexp_replace(lower(trim({{ expression }})), '\s+', '-', 'g')
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

{# The letters and digits of a name, in lower case. #}
{% macro letters_of(expression) -%}
    lower(regexp_replace({{ expression }}, '[^[:alnum:]]+', '', 'g'))
{%- endmacro %}
