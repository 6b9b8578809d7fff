{#- An e-mail address without what its provider ignores; `providers` is the joined seed's alias. -#}
{% macro provider_email(email, providers) -%}
    case
        when {{ providers }}.domain is null then {{ email }}
        else
            case
                when {{ providers }}.strips_dots
                    then replace({{ email_mailbox(email, providers) }}, '.', '')
                else {{ email_mailbox(email, providers) }}
            end
            || '@' || {{ providers }}.canonical_domain
    end
{%- endmacro %}


{#- What stands before the @, and before a + where the provider gives such tags to one mailbox. -#}
{% macro email_mailbox(email, providers) -%}
    case
        when {{ providers }}.strips_plus
            then {{ regex_extract(email, "'^([^+@]+)'") }}
        else {{ regex_extract(email, "'^([^@]+)@'") }}
    end
{%- endmacro %}


{#-
An id as systems agree on it: no spaces, lower case. Salesforce's short ids differ by case alone, and
are spelled out as the long ones that other exports give of the same record.
-#}
{% macro normalised_id(value, identifier_type) -%}
    case
        when
            {{ identifier_type }} like 'salesforce%'
            and length({{ without_spaces(value) }}) = 15
            then lower({{ long_salesforce_id(without_spaces(value)) }})
        else nullif(lower({{ without_spaces(value) }}), '')
    end
{%- endmacro %}


{#- The id of 18 characters: three more say which of each five are capitals. -#}
{% macro long_salesforce_id(id) -%}
    {{ id }}
    {%- for start in (1, 6, 11) %}
    || substr(
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
        1
        {%- for place in range(5) %}
        + case
            when substr({{ id }}, {{ start + place }}, 1) between 'A' and 'Z'
                then {{ 2 ** place }}
            else 0
        end
        {%- endfor %},
        1
    )
    {%- endfor %}
{%- endmacro %}


{#- The text without blanks of any kind, those of Chinese exports included. -#}
{% macro without_spaces(text) -%}
    {{ regex_replace_all(text, "'[ \t\r\n\u00a0\u3000]'") }}
{%- endmacro %}


{#- The number that systems quote for one order: '#1001', ' 1001' and '1001' are the same. -#}
{% macro normalised_order_number(order_number) -%}
    nullif(lower({{ regex_replace_all(without_spaces(order_number), "'^#+'") }}), '')
{%- endmacro %}


{#-
A cell of telephone numbers with a semicolon between them. A slash, or a blank between long numbers,
parts two numbers; after the few digits of an area code a slash is part of the number.
-#}
{% macro separated_phones(text) -%}
    {{ adapter.dispatch('separated_phones', 'omnimart')(text) }}
{%- endmacro %}

{% macro duckdb__separated_phones(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, '([0-9][-0-9 ]{4,}[0-9]) */ *([+(0-9])', '\1;\2', 'g'),
        '([0-9]{10,}) +([+]?[0-9]{10,})', '\1;\2', 'g'
    )
{%- endmacro %}

{% macro spark__separated_phones(text) -%}
    regexp_replace(
        regexp_replace({{ text }}, '([0-9][-0-9 ]{4,}[0-9]) */ *([+(0-9])', '$1;$2'),
        '([0-9]{10,}) +([+]?[0-9]{10,})', '$1;$2'
    )
{%- endmacro %}
