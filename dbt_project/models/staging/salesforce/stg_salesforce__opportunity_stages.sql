with

opportunity_history as (

    select * from {{ source('salesforce', 'opportunity_history') }}

    where not coalesce(is_deleted or _is_deleted, false)

),

renamed as (

    select
        {{ source_name('salesforce') }} as source,
        opportunity_id as deal_ref,
        stage_name as stage,
        created_date as entered_at,
        amount

    from opportunity_history

)

select * from renamed
