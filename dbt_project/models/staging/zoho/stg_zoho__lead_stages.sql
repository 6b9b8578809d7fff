with

leads as (

    select
        *,
        {{ source_name('zoho') }} as system,
        {{ lifecycle_stage('lead_status') }} as current_stage

    from {{ source('zoho', 'leads') }}

),

staged as (

    select
        system as source,
        record_id as record_ref,
        'lead' as stage,
        lead_source as original_source,
        created_time as entered_at

    from leads

    union all

    -- The status itself carries no date of its own: the lead's last change.
    select
        system as source,
        record_id as record_ref,
        current_stage as stage,
        lead_source as original_source,
        coalesce(modified_time, created_time) as entered_at

    from leads

    where
        current_stage in ('mql', 'sql', 'disqualified')
        and not coalesce(is_converted, false)

    union all

    select
        system as source,
        record_id as record_ref,
        'opportunity' as stage,
        lead_source as original_source,
        coalesce(converted_time, modified_time) as entered_at

    from leads

    where is_converted

),

reached as (

    select * from staged

    where entered_at is not null

)

select * from reached
