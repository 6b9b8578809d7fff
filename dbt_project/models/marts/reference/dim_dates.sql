with

calendar as (

    select * from {{ ref('marketing_calendar') }}

),

-- From the first day with data to the end of the year that is judged.
bounds as (

    select
        min(activity.first_date) as first_day,
        max(
            cast(date_trunc('year', as_of.as_of_date) + interval 1 year - interval 1 day as date)
        ) as last_day

    from {{ ref('int_source_activity') }} as activity

    cross join {{ ref('int_as_of') }} as as_of

),

days as (

    select cast({{ each_day('first_day', 'last_day') }} as date) as date_day
    from bounds

),

occasions as (

    select
        days.date_day,
        {{ joined_text(
            "calendar.event_name"
            ~ " || coalesce(' (' || nullif(trim(calendar.country), '') || ')', '')",
            ', ',
            'calendar.event_name'
        ) }} as occasions,
        bool_or(calendar.kind = 'promotion') as is_promotion,
        bool_or(calendar.kind = 'holiday') as is_holiday

    from days

    inner join calendar
        on days.date_day between calendar.start_date and calendar.end_date

    group by days.date_day

),

described as (

    select
        days.date_day,
        cast(extract(year from days.date_day) as integer) as year,
        cast(extract(quarter from days.date_day) as integer) as quarter,
        cast(extract(month from days.date_day) as integer) as month,
        cast(extract(week from days.date_day) as integer) as iso_week,
        cast(date_trunc('week', days.date_day) as date) as week_start,
        cast(date_trunc('month', days.date_day) as date) as month_start,
        cast(
            {{ day_diff("cast(date_trunc('week', days.date_day) as date)", 'days.date_day') }} + 1
            as integer
        ) as iso_weekday,
        occasions.occasions,
        coalesce(occasions.is_promotion, false) as is_promotion,
        coalesce(occasions.is_holiday, false) as is_holiday

    from days

    left join occasions
        on days.date_day = occasions.date_day

),

fiscal as (

    select
        *,
        make_date(
            year - case when month < {{ var('fiscal_year_start_month') }} then 1 else 0 end,
            {{ var('fiscal_year_start_month') }},
            1
        ) as fiscal_year_start

    from described

),

final as (

    select
        date_day,
        year,
        quarter,
        month,
        iso_week,
        week_start,
        month_start,
        iso_weekday,
        iso_weekday >= 6 as is_weekend,
        cast(
            extract(year from fiscal_year_start)
            + {{ 1 if var('fiscal_year_start_month') > 1 else 0 }} as integer
        ) as fiscal_year,
        cast(
            floor((month + 12 - {{ var('fiscal_year_start_month') }}) % 12 / 3) + 1 as integer
        ) as fiscal_quarter,
        cast(
            floor({{ day_diff('fiscal_year_start', 'date_day') }} / 7) + 1 as integer
        ) as fiscal_week,
        occasions,
        is_promotion,
        is_holiday

    from fiscal

)

select * from final
