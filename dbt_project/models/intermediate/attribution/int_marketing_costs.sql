with

media as (

    select
        delivered_date as cost_date,
        channel,
        coalesce(campaign_name, campaign_id) as campaign,
        spend_reporting as spend,
        cast(0 as decimal(18, 2)) as other_costs

    from {{ ref('int_ad_days') }}

),

other_costs as (

    select
        cost_date,
        channel,
        cast(null as string) as campaign,
        cast(0 as decimal(18, 2)) as spend,
        amount_reporting as other_costs

    from {{ ref('int_other_costs') }}

),

unioned as (

    select * from media

    union all

    select * from other_costs

),

summed as (

    select
        cost_date,
        channel,
        campaign,
        cast(sum(spend) as decimal(18, 2)) as spend,
        cast(sum(other_costs) as decimal(18, 2)) as other_costs

    from unioned

    group by cost_date, channel, campaign

    having sum(spend) != 0 or sum(other_costs) != 0

)

select * from summed
