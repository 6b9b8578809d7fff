{#-
The record that a row speaks of, within its source: the first of the columns that is not blank. Every
model that names a record's key names it through this macro, so that the same row always means
the same record.
-#}
{% macro record_ref_of(columns) -%}
    coalesce(
        {%- for column in columns %}
        nullif(trim({{ column }}), ''){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- The person who was logged in, or said who they are, on a device; null for a mere visitor. -#}
{% macro login_record_ref() -%}
    {{ record_ref_of(['user_id', 'email', 'phone']) }}
{%- endmacro %}


{#- The record of a touchpoint in the own format. -#}
{% macro touchpoint_record_ref() -%}
    {{ record_ref_of(['customer_ref', 'email', 'phone', 'device_id', 'touchpoint_ref']) }}
{%- endmacro %}


{#- The key of a record in the identity graph. -#}
{% macro record_key_of(source='source', record_ref='record_ref') -%}
    {{ surrogate_key([source, record_ref]) }}
{%- endmacro %}


{#- The id in the links of a mailing tool, where it is the key of the recipient too. -#}
{% macro own_link_id() -%}
    case
        when source = 'klaviyo' or source like 'klaviyo:%'
            then {{ json_object_of({'klaviyo_id': 'recipient_ref'}) }}
    end
{%- endmacro %}
