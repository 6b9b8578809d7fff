with

campaign as (

    select * from {{ source('salesforce', 'campaign') }}

    where not coalesce(is_deleted or _is_deleted, false)

),

renamed as (

    select
        {{ source_name('salesforce') }} as source,
        id as campaign_id,
        name as campaign_name,
        type,
        status,
        start_date,
        end_date,
        actual_cost,
        budgeted_cost,
        _currency as currency

    from campaign

)

select * from renamed
