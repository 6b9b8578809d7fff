with

referred_to as (

    select source, record_ref, 'lead' as record_type, occurred_at
    from {{ ref('stg_salesforce__campaign_members') }}

    {% for stages in [
        ref('stg_fxiaoke__lead_stages'),
        ref('stg_hubspot__contact_stages'),
        ref('stg_salesforce__lead_stages'),
        ref('stg_zoho__lead_stages'),
    ] -%}
    union all

    select source, record_ref, 'lead' as record_type, entered_at as occurred_at from {{ stages }}

    {% endfor -%}
    {% for deals in [
        ref('stg_hubspot__deals'),
        ref('stg_pipedrive__deals'),
        ref('stg_salesforce__opportunities'),
        ref('stg_zoho__deals'),
    ] -%}
    union all

    select
        source,
        {{ json_array_to_rows('contact_refs') }} as record_ref,
        'contact' as record_type,
        created_at as occurred_at
    from {{ deals }}

    {% endfor -%}
    union all

    select source, merged_into_ref as record_ref, record_type, stated_at as occurred_at
    from {{ ref('int_person_statements') }}

)

select * from referred_to
