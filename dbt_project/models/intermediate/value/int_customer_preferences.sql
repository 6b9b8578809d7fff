{%- set zone = reporting_timezone() -%}
{%- set preferences = {
    'channel': {'value': 'channel', 'where': "channel not in ('Direct', 'Unassigned')"},
    'hour': {'value': 'hour', 'where': 'true'},
} -%}

with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

-- What a person did with a message or a link before an order; a touch on two paths is one answer.
answers as (

    select distinct
        paths.customer_id,
        paths.touchpoint_id,
        paths.channel,
        paths.touched_at,
        cast(
            extract(hour from {{ utc_to_zone('paths.touched_at', zone) }}) as integer
        ) as hour

    from {{ ref('int_conversion_paths') }} as paths

    inner join {{ ref('int_touchpoints') }} as touchpoints
        on paths.touchpoint_id = touchpoints.touchpoint_id

    inner join as_of
        on {{ reporting_date('paths.converted_at') }} <= as_of.as_of_date

    where
        paths.conversion_type = 'order'
        and touchpoints.interaction in ('open', 'click', 'visit', 'reply')

),

{% for name, preference in preferences.items() -%}
{{ name }}s_counted as (

    select
        customer_id,
        {{ preference.value }},
        count(*) as answers,
        max(touched_at) as last_touched_at

    from answers

    where {{ preference.where }}

    group by customer_id, {{ preference.value }}

),

-- Of equally frequent ones the latest; seen too rarely it says nothing.
{{ name }}s_preferred as (

    select
        customer_id,
        {{ preference.value }}

    from {{ name }}s_counted

    where answers >= {{ var('preference_minimum_answers') }}

    qualify
        row_number() over (
            partition by customer_id
            order by answers desc, last_touched_at desc, {{ preference.value }}
        ) = 1

),

{% endfor -%}
customers as (

    select
        customer_id,
        count(*) as answers

    from answers

    group by customer_id

),

joined as (

    select
        customers.customer_id,
        customers.answers,
        channels_preferred.channel as preferred_channel,
        hours_preferred.hour as preferred_hour

    from customers

    left join channels_preferred
        on customers.customer_id = channels_preferred.customer_id

    left join hours_preferred
        on customers.customer_id = hours_preferred.customer_id

)

select * from joined
