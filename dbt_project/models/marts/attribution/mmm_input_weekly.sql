{%- set channels = mmm_channels() -%}
{%- set own = "'" ~ channels.values() | join("', '") ~ "'" -%}

with

costs as (

    select
        cost_date as day,
        channel,
        spend + other_costs as spend,
        0 as impressions

    from {{ ref('int_marketing_costs') }}

),

deliveries as (

    select
        delivered_date as day,
        channel,
        0 as spend,
        impressions

    from {{ ref('fct_ad_performance') }}

),

media as (

    select * from costs

    union all

    select * from deliveries

),

media_weeks as (

    select
        cast(date_trunc('week', day) as date) as week_start,
        {%- for column, channel in channels.items() %}
        sum(case when channel = '{{ channel }}' then spend else 0 end) as {{ column }}_spend,
        sum(case when channel = '{{ channel }}' then impressions else 0 end)
            as {{ column }}_impressions,
        {%- endfor %}
        sum(case when channel not in ({{ own }}) then spend else 0 end) as other_spend,
        sum(case when channel not in ({{ own }}) then impressions else 0 end) as other_impressions

    from media

    group by cast(date_trunc('week', day) as date)

),

order_weeks as (

    select
        cast(date_trunc('week', conversion_date) as date) as week_start,
        count(*) as orders,
        sum(revenue) as revenue,
        count(*) filter (where is_first_order) as new_customers

    from {{ ref('fct_conversions') }}

    where conversion_type = 'order'

    group by cast(date_trunc('week', conversion_date) as date)

),

known_weeks as (

    select week_start from media_weeks

    union

    select week_start from order_weeks

),

bounds as (

    select
        min(week_start) as first_week,
        max(week_start) as last_week

    from known_weeks

),

days as (

    select cast({{ each_day('first_week', 'last_week') }} as date) as day

    from bounds

),

-- A model of weeks needs every week there is, those without spend and orders too.
weeks as (

    select
        cast(date_trunc('week', days.day) as date) as week_start,
        count(dates.date_day) filter (where dates.is_promotion) as promotion_days,
        count(dates.date_day) filter (where dates.is_holiday) as holidays

    from days

    left join {{ ref('dim_dates') }} as dates
        on
            days.day <= dates.date_day
            and days.day + interval 6 day >= dates.date_day

    where days.day = cast(date_trunc('week', days.day) as date)

    group by cast(date_trunc('week', days.day) as date)

),

filled as (

    select
        weeks.week_start,
        cast(coalesce(order_weeks.orders, 0) as bigint) as orders,
        cast(coalesce(order_weeks.revenue, 0) as decimal(18, 2)) as revenue,
        coalesce({{ safe_divide('order_weeks.revenue', 'order_weeks.orders') }}, 0)
            as revenue_per_order,
        cast(coalesce(order_weeks.new_customers, 0) as bigint) as new_customers,
        {%- for column in (channels.keys() | list) + ['other'] %}
        cast(coalesce(media_weeks.{{ column }}_spend, 0) as decimal(18, 2)) as {{ column }}_spend,
        cast(coalesce(media_weeks.{{ column }}_impressions, 0) as bigint)
            as {{ column }}_impressions,
        {%- endfor %}
        cast(weeks.promotion_days as bigint) as promotion_days,
        cast(weeks.holidays as bigint) as holidays

    from weeks

    left join media_weeks
        on weeks.week_start = media_weeks.week_start

    left join order_weeks
        on weeks.week_start = order_weeks.week_start

)

select * from filled
