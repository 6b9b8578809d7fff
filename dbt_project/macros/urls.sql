{#- A query parameter of a URL, decoded; null when absent or blank. -#}
{% macro url_param(url, name) -%}
    nullif(trim({{ url_decoded(regex_extract(url, "'[?&#]" ~ name ~ "=([^&#]*)'")) }}), '')
{%- endmacro %}


{#- The host of a URL in lower case, without `www.` and port; null for text that is no URL. -#}
{% macro url_domain(url) -%}
    {{ regex_extract(
        'lower(' ~ url ~ ')',
        "'^(?:[a-z][a-z0-9+.-]*:)?//(?:[^/@]*@)?(?:www[.])?([^/:?#]+)'"
    ) }}
{%- endmacro %}


{#- Whether a host is the domain or stands below it; a name without dots matches itself. -#}
{% macro is_within_domain(host, domain) -%}
    ({{ host }} = {{ domain }} or right({{ host }}, length({{ domain }}) + 1) = '.' || {{ domain }})
{%- endmacro %}


{#- The path of a URL, `/` when it has none. -#}
{% macro url_path(url) -%}
    coalesce({{ regex_extract(url, "'^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*(/[^?#]*)'") }}, '/')
{%- endmacro %}


{#- The campaign parameters that every web source reads from its landing page. -#}
{% macro utm_columns() -%}
    {{ return(['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term']) }}
{%- endmacro %}


{#-
The URL parameters that say which click, or which recipient of a message, a visit came from; the
seed click_id_types explains each.
-#}
{% macro click_id_parameters() -%}
    {{ return([
        'gclid', 'gbraid', 'wbraid', 'dclid', 'srsltid', 'msclkid', 'fbclid', 'igshid', 'ttclid',
        'li_fat_id', 'twclid', 'rdt_cid', 'epik', 'sccid', 'yclid', 'bd_vid', 'sogou_vid',
        'qhclickid', 'gdt_vid', 'qz_gdt', 'clickid', 'irclickid', 'awc', 'cjevent', 'mc_eid', '_kx',
    ]) }}
{%- endmacro %}


{#-
The type of the first such parameter in a URL: its name in lower case, for recipients of messages
the name of the identifier that the messaging system's own exports carry.
-#}
{% macro url_click_id_type(url) -%}
    {%- set parameter -%}
        lower({{ regex_extract(
            url, "'(?i)[?&](" ~ click_id_parameters() | join('|') ~ ")=[^&#]'"
        ) }})
    {%- endset -%}
    replace(replace({{ parameter }}, '_kx', 'klaviyo_id'), 'mc_eid', 'mailchimp_euid')
{%- endmacro %}


{#- The value of the first such parameter in a URL. -#}
{% macro url_click_id(url) -%}
    {{ regex_extract(url, "'(?i)[?&](?:" ~ click_id_parameters() | join('|') ~ ")=([^&#]+)'") }}
{%- endmacro %}


{#- Whether a user agent says that it is a crawler, a preview or a monitor; false when unknown. -#}
{% macro is_robot(user_agent) -%}
    coalesce(
        {{ regex_match(
            'lower(' ~ user_agent ~ ')',
            "'bot([^a-z]|$)|crawl|spider|slurp|headless|phantomjs|lighthouse|pingdom|uptime|preview"
            ~ "|monitor|python-requests|curl/|wget/'"
        ) }},
        false
    )
{%- endmacro %}
