{#- An e-mail address as systems agree on it: lower case, no spaces; null when it is none. -#}
{% macro normalised_email(email) -%}
    {{ regex_extract(
        'lower(trim(' ~ email ~ '))',
        "'^(?:mailto:)?([^@ <>,;]+@[a-z0-9.-]+[.][a-z0-9-]{2,})$'"
    ) }}
{%- endmacro %}


{#- The first of the numbers or addresses that people put into one cell. -#}
{% macro first_listed(text) -%}
    nullif(trim({{ regex_extract(text, "'^[;,/|、；，]*([^;,/|、；，]+)'") }}), '')
{%- endmacro %}


{#- The second of them, null when there is one. -#}
{% macro second_listed(text) -%}
    nullif(
        trim({{ regex_extract(text, "'^[;,/|、；，]*[^;,/|、；，]+[;,/|、；，]+([^;,/|、；，]+)'") }}),
        ''
    )
{%- endmacro %}


{#- A value that its source shows in full; null where it is masked with asterisks. -#}
{% macro unmasked(text) -%}
    case when {{ text }} not like '%*%' then nullif(trim({{ text }}), '') end
{%- endmacro %}


{#-
The two-letter country that a phone number without country code belongs to: the row's own where it
names one, else the source's (var phone_regions), else `otherwise`, else the var
default_phone_region.
-#}
{% macro phone_region(system, country=none, otherwise=none) -%}
    {%- set region = var('phone_regions').get(system, otherwise or var('default_phone_region')) -%}
    {%- if country is none -%}
        cast('{{ region }}' as string)
    {%- else -%}
        coalesce({{ country_code(country) }}, '{{ region }}')
    {%- endif -%}
{%- endmacro %}


{#- The two-letter code of a country given by code or by name; null when unknown. -#}
{% macro country_code(country) -%}
    case
        when {{ regex_match('trim(' ~ country ~ ')', "'^[A-Za-z]{2}$'") }}
            then {{ "replace(upper(trim(" ~ country ~ ")), 'UK', 'GB')" }}
        {%- for code, names in country_names().items() %}
        when lower(trim({{ country }})) in ({{ "'" ~ names | join("', '") ~ "'" }}) then '{{ code }}'
        {%- endfor %}
    end
{%- endmacro %}


{#- Country names as CRMs and shops write them, in lower case, by code. -#}
{% macro country_names() -%}
    {{ return({
        'AE': ['united arab emirates', 'uae'],
        'AR': ['argentina'],
        'AT': ['austria', 'österreich'],
        'AU': ['australia'],
        'BE': ['belgium', 'belgique', 'belgië'],
        'BR': ['brazil', 'brasil'],
        'CA': ['canada'],
        'CH': ['switzerland', 'schweiz', 'suisse'],
        'CL': ['chile'],
        'CN': ['china', 'mainland china', 'prc', '中国', '中国大陆'],
        'CO': ['colombia'],
        'CZ': ['czech republic', 'czechia'],
        'DE': ['germany', 'deutschland'],
        'DK': ['denmark', 'danmark'],
        'ES': ['spain', 'españa'],
        'FI': ['finland', 'suomi'],
        'FR': ['france'],
        'GB': ['united kingdom', 'great britain', 'england', 'scotland', 'wales'],
        'GR': ['greece'],
        'HK': ['hong kong', 'hong kong sar', '香港', '中国香港'],
        'HU': ['hungary'],
        'ID': ['indonesia'],
        'IE': ['ireland'],
        'IL': ['israel'],
        'IN': ['india'],
        'IT': ['italy', 'italia'],
        'JP': ['japan', '日本'],
        'KR': ['south korea', 'korea', 'republic of korea', '韩国'],
        'MO': ['macau', 'macao', '澳门', '中国澳门'],
        'MX': ['mexico', 'méxico'],
        'MY': ['malaysia'],
        'NL': ['netherlands', 'the netherlands', 'nederland'],
        'NO': ['norway', 'norge'],
        'NZ': ['new zealand'],
        'PE': ['peru', 'perú'],
        'PH': ['philippines'],
        'PL': ['poland', 'polska'],
        'PT': ['portugal'],
        'RO': ['romania'],
        'RU': ['russia', 'russian federation'],
        'SA': ['saudi arabia'],
        'SE': ['sweden', 'sverige'],
        'SG': ['singapore', '新加坡'],
        'TH': ['thailand'],
        'TR': ['turkey', 'türkiye'],
        'TW': ['taiwan', '台湾', '中国台湾'],
        'UA': ['ukraine'],
        'US': ['united states', 'united states of america', 'usa', 'u.s.', 'u.s.a.', '美国'],
        'VN': ['vietnam', 'viet nam'],
        'ZA': ['south africa'],
    }) }}
{%- endmacro %}


{#- Given and family name as one; null when both are missing. -#}
{% macro joined_name(given_name, family_name) -%}
    nullif(trim(concat_ws(' ', {{ given_name }}, {{ family_name }})), '')
{%- endmacro %}


{#- Whether a person subscribed, in Shopify's words; who has yet to confirm said neither. -#}
{% macro shopify_consent(state) -%}
    case
        when lower({{ state }}) = 'subscribed' then true
        when lower({{ state }}) in ('not_subscribed', 'unsubscribed', 'redacted') then false
    end
{%- endmacro %}
