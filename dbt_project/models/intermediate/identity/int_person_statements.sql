{{ config(materialized='incremental_by_key', row_key=['record_key']) }}

{%- set columns = [
    'source', 'record_ref', 'record_type', 'email', 'phone', 'phone_region', 'loyalty_id',
    'device_id', 'user_id', 'external_ids', 'given_name', 'family_name', 'full_name', 'company',
    'birth_date', 'national_id', 'street', 'city', 'region', 'postal_code', 'country',
    'lifecycle_stage', 'original_source', 'consent_email', 'consent_sms', 'consent_ads',
    'consent_at', 'merged_into_ref', 'is_deleted', 'created_at', 'updated_at',
] -%}

with

unioned as (
    {{ union_all_columns(
        [
            ref('stg_brevo__contacts'),
            ref('stg_fxiaoke__contacts'),
            ref('stg_fxiaoke__leads'),
            ref('stg_hubspot__contacts'),
            ref('stg_klaviyo__profiles'),
            ref('stg_mailchimp__members'),
            ref('stg_meta_ads__leads'),
            ref('stg_omnimart__customers'),
            ref('stg_pipedrive__persons'),
            ref('stg_salesforce__contacts'),
            ref('stg_salesforce__leads'),
            ref('stg_segment__identifies'),
            ref('stg_shopify__customers'),
            ref('stg_square__customers'),
            ref('stg_stripe__customers'),
            ref('stg_wechat_oa__users'),
            ref('stg_wecom__external_contacts'),
            ref('stg_wecom__scrm_contacts'),
            ref('stg_zoho__contacts'),
            ref('stg_zoho__leads'),
        ],
        columns,
    ) }}
),

-- A browser that identified two people must not make them one record: each login is its own.
referred as (

    select
        case
            when record_type = 'identify'
                then {{ record_ref_of(['user_id', 'email', 'phone', 'device_id', 'record_ref']) }}
            else {{ record_ref_of(['record_ref']) }}
        end as statement_record_ref,
        unioned.*

    from unioned

),

stated as (

    select
        {{ record_key_of('source', 'statement_record_ref') }} as record_key,
        source,
        statement_record_ref as record_ref,
        {%- for column in columns[2:27] %}
        {{ column }},
        {%- endfor %}
        {{ record_ref_of(['merged_into_ref']) }} as merged_into_ref,
        coalesce(is_deleted, false) as is_deleted,
        created_at,
        coalesce(updated_at, created_at) as stated_at

    from referred

    where statement_record_ref is not null

)

select * from stated
