with

lead as (

    select
        *,
        {{ lifecycle_stage('status') }} as current_stage

    from {{ source('salesforce', 'lead') }}

    where not coalesce(is_deleted or _is_deleted, false)

),

staged as (

    select
        {{ source_name('salesforce') }} as source,
        id as record_ref,
        'lead' as stage,
        lead_source as original_source,
        created_date as entered_at

    from lead

    union all

    -- The export keeps the status a lead has, not when it got it: its last change.
    select
        {{ source_name('salesforce') }} as source,
        id as record_ref,
        current_stage as stage,
        lead_source as original_source,
        last_modified_date as entered_at

    from lead

    where
        current_stage in ('mql', 'sql', 'disqualified')
        and not coalesce(is_converted, false)

    union all

    -- Only a lead that qualified is converted.
    select
        {{ source_name('salesforce') }} as source,
        id as record_ref,
        stages.stage,
        lead_source as original_source,
        {{ end_of_reporting_day('converted_date') }} as entered_at

    from lead

    cross join (
        select 'mql' as stage
        union all
        select 'sql' as stage
    ) as stages

    where is_converted

    union all

    select
        {{ source_name('salesforce') }} as source,
        id as record_ref,
        'opportunity' as stage,
        lead_source as original_source,
        {{ end_of_reporting_day('converted_date') }} as entered_at

    from lead

    where
        is_converted
        and {{ salesforce_lookup('converted_opportunity_id') }} is not null

)

select * from staged
