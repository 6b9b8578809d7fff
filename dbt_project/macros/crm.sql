{#-
A CRM's own name of a stage (label or internal name, English or Chinese) as one of subscriber,
lead, mql, sql, opportunity, customer, evangelist, disqualified; null for any other.
-#}
{% macro lifecycle_stage(label) -%}
    {%- set text -%}
        {{ regex_replace_all('lower(' ~ label ~ ')', "'[ _-]+'") }}
    {%- endset -%}
    case
        when {{ regex_match(text, "'unqualified|disqualified|notconverted|invalid|junk|无效|作废'") }}
            then 'disqualified'
        when {{ regex_match(text, "'marketingqualifi|^mql|alificad[oa][a-z]*marketing'") }} then 'mql'
        when {{ regex_match(text, "'salesqualifi|^sql|vertriebsqualifi|alificad[oa][a-z]*venta'") }} then 'sql'
        when {{ regex_match(text, "'opportunity|商机'") }} then 'opportunity'
        when {{ regex_match(text, "'evangelist'") }} then 'evangelist'
        when {{ regex_match(text, "'customer|^(kunde|client|cliente)$|成交|客户'") }} then 'customer'
        when {{ regex_match(text, "'subscriber'") }} then 'subscriber'
        when {{ regex_match(text, "'lead|线索'") }} then 'lead'
    end
{%- endmacro %}


{#- A Salesforce lookup; the export writes fifteen zeros where nothing is looked up. -#}
{% macro salesforce_lookup(column) -%}
    nullif({{ column }}, '000000000000000AAA')
{%- endmacro %}


{#- The person of a Pipedrive row; exports may leave the id out. -#}
{% macro pipedrive_person() -%}
    coalesce(
        person_id,
        lower({{ first_listed('coalesce(person_email_work, person_email_home)') }}),
        {{ first_listed('coalesce(person_phone_mobile, person_phone_work)') }},
        lower(trim(person_name))
    )
{%- endmacro %}


{#- What a stage or status is called when its deal is won, and when it is lost, in languages seen. -#}
{% macro won_words() -%}
    closed ?won|^won$|赢单|^vyhráno$|^(abgeschlossen und )?gewonnen$|^((cierre|cerrado|fechado) )?(ganad|ganh)o$
{%- endmacro %}

{% macro lost_words() -%}
    closed ?lost|^lost$|输单|^prohráno$|^(abgeschlossen und )?verloren$|^((cierre|cerrado|fechado) )?perdido$
{%- endmacro %}
