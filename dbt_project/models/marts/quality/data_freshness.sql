with

files as (

    select * from {{ source('raw_audit', 'files') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

loads as (

    select
        coalesce(source, '(unrecognised)') as source,
        count(distinct case when status = 'loaded' then format end) as tables,
        count(case when status = 'loaded' then 1 end) as files_loaded,
        count(case when status = 'quarantined' then 1 end) as files_quarantined,
        cast(coalesce(sum(rows_loaded), 0) as bigint) as rows_loaded,
        cast(coalesce(sum(rows_rejected), 0) as bigint) as rows_rejected,
        max(case when status = 'loaded' then loaded_at end) as last_loaded_at,
        max(
            case
                when status = 'loaded'
                    then greatest(period_end, {{ reporting_date('exported_at') }})
            end
        ) as stated_until

    from files

    -- An archive is ignored as such: its members have rows of their own.
    where source is not null or status = 'quarantined'

    group by coalesce(source, '(unrecognised)')

),

-- `google_ads:brand` is an account of google_ads; a name that no file was recognised as was given
-- in an own file.
activity as (

    select
        coalesce(systems.source, 'omnimart') as source,
        min(activity.first_date) as first_event_date,
        max(activity.last_date) as last_event_date

    from {{ ref('int_source_activity') }} as activity

    left join loads as systems
        on {{ regex_extract('activity.source', "'^([^:]*)'") }} = systems.source

    group by coalesce(systems.source, 'omnimart')

),

joined as (

    select
        loads.source,
        loads.tables,
        loads.files_loaded,
        loads.files_quarantined,
        loads.rows_loaded,
        loads.rows_rejected,
        loads.last_loaded_at,
        activity.first_event_date,
        activity.last_event_date,
        greatest(activity.last_event_date, loads.stated_until) as covered_until,
        as_of.as_of_date

    from loads

    cross join as_of

    left join activity
        on loads.source = activity.source

),

aged as (

    select
        source,
        tables,
        files_loaded,
        files_quarantined,
        rows_loaded,
        rows_rejected,
        last_loaded_at,
        first_event_date,
        last_event_date,
        covered_until,
        cast(
            case
                when covered_until > as_of_date then 0
                else {{ day_diff('covered_until', 'as_of_date') }}
            end as integer
        ) as days_behind

    from joined

),

judged as (

    select
        *,
        case
            when days_behind is null then 'no events'
            when days_behind <= {{ var('freshness_late_days', 2) }} then 'fresh'
            when days_behind <= {{ var('freshness_stale_days', 7) }} then 'late'
            else 'stale'
        end as status

    from aged

)

select * from judged
