with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

-- A CRM restates a stage on every change of the record: the first entry counts.
entries as (

    select
        record_key,
        max(customer_id) as customer_id,
        source,
        stage,
        max(original_source) as original_source,
        min(entered_at) as entered_at

    from {{ ref('int_lead_stages') }}

    where record_key is not null

    group by record_key, source, stage

),

followed as (

    select
        *,
        lead(stage) over (partition by record_key order by entered_at, stage) as next_stage,
        lead(entered_at) over (partition by record_key order by entered_at, stage) as left_at

    from entries

),

timed as (

    select
        {{ keyed_hash("followed.record_key || '|' || followed.stage") }} as lead_stage_key,
        {{ keyed_hash('followed.record_key') }} as lead_key,
        followed.customer_id,
        followed.source,
        followed.stage,
        followed.next_stage,
        followed.original_source,
        cast(
            {{ day_diff(
                reporting_date('followed.entered_at'),
                'coalesce(' ~ reporting_date('followed.left_at')
                ~ ', greatest(as_of.as_of_date, ' ~ reporting_date('followed.entered_at') ~ '))',
            ) }} as integer
        ) as days_in_stage,
        followed.left_at is null as is_current,
        {{ reporting_date('followed.entered_at') }} as entered_date,
        followed.entered_at,
        followed.left_at

    from followed

    cross join as_of

)

select * from timed
