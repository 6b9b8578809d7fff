with

listed as (

    select * from {{ ref('channels') }}

),

found as (

    {% for model in [
        'fct_attribution',
        'int_ad_days',
        'int_ad_periods',
        'int_message_campaigns',
        'int_message_events',
        'int_other_costs',
        'int_touchpoints',
        'int_web_sessions',
    ] %}
    select channel from {{ ref(model) }}
    {% if not loop.last %}
    union
    {% endif %}
    {%- endfor %}

),

-- A channel that only an own file or a cost row names is kept under its own name.
unlisted as (

    select
        found.channel,
        'Other' as channel_group,
        false as is_paid,
        cast(
            1000 + row_number() over (order by found.channel) as integer
        ) as sort_order,
        case
            when found.channel = '(all channels)' then 'Costs that no single channel bears.'
            else 'Named by the data, not by the list of channels.'
        end as description

    from found

    left join listed
        on found.channel = listed.channel

    where found.channel is not null and listed.channel is null

),

channels as (

    select
        channel,
        channel_group,
        is_paid,
        sort_order,
        description

    from listed

    union all

    select * from unlisted

)

select * from channels
