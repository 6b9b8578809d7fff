with

leads as (

    select
        *,
        {{ source_name('fxiaoke') }} as system,
        coalesce(unique_id, cast(_grain_key as varchar)) as record_ref,
        {{ lifecycle_stage('lead_stage') }} as current_stage

    from {{ source('fxiaoke', 'leads') }}

),

staged as (

    select
        system as source,
        record_ref,
        'lead' as stage,
        source as original_source,
        created_at as entered_at

    from leads

    union all

    select
        system as source,
        record_ref,
        'mql' as stage,
        source as original_source,
        mql_at as entered_at

    from leads

    union all

    select
        system as source,
        record_ref,
        'opportunity' as stage,
        source as original_source,
        converted_at as entered_at

    from leads

    union all

    -- The stage itself carries no date of its own: the lead's last change.
    select
        system as source,
        record_ref,
        current_stage as stage,
        source as original_source,
        coalesce(modified_at, created_at) as entered_at

    from leads

    where
        current_stage in ('sql', 'disqualified')
        or (current_stage = 'mql' and mql_at is null)
        or (current_stage = 'opportunity' and converted_at is null)

    union all

    select
        system as source,
        record_ref,
        'disqualified' as stage,
        source as original_source,
        coalesce(modified_at, created_at) as entered_at

    from leads

    where
        (life_status = '作废' or lead_invalid_reason is not null)
        and current_stage is distinct from 'disqualified'

),

reached as (

    select * from staged

    where entered_at is not null

)

select * from reached
