with

touchpoints as (

    select
        touchpoint_id,
        customer_id,
        source,
        interaction,
        channel,
        utm_source,
        utm_medium,
        campaign,
        content,
        stage,
        cast(cost_reporting as decimal(18, 2)) as cost,
        is_identified,
        is_machine,
        is_touch,
        touched_at,
        {{ reporting_date('touched_at') }} as touched_date

    from {{ ref('int_touchpoints') }}

)

select * from touchpoints
