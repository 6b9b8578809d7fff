with

leads as (

    select
        {{ source_name('meta_ads') }} as source,
        id as record_ref,
        'lead' as stage,
        case when is_organic then 'Organic social' else 'Facebook Ads' end as original_source,
        created_time as entered_at

    from {{ source('meta_ads', 'leads') }}

)

select * from leads
