with

stages as (

    {{ union_all_columns(
        [
            ref('stg_fxiaoke__lead_stages'),
            ref('stg_hubspot__contact_stages'),
            ref('stg_meta_ads__lead_stages'),
            ref('stg_salesforce__lead_stages'),
            ref('stg_zoho__lead_stages'),
        ],
        ['source', 'record_ref', 'stage', 'original_source', 'entered_at'],
    ) }}

),

records as (

    select * from {{ ref('int_records_to_customers') }}

),

joined as (

    select
        stages.source,
        stages.record_ref,
        records.record_key,
        records.customer_id,
        stages.stage,
        stages.original_source,
        stages.entered_at

    from stages

    left join records
        on
            stages.source = records.source
            and stages.record_ref = records.record_ref

    where stages.entered_at is not null

)

select * from joined
