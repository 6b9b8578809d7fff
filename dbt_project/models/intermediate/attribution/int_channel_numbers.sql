with

channels as (

    select distinct channel

    from {{ ref('int_touchpoints') }}

    where
        is_touch
        and channel is not null

),

numbered as (

    select
        channel,
        cast(row_number() over (order by channel) as smallint) as channel_number

    from channels

)

select * from numbered
