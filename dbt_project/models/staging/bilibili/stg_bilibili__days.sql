with

days as (

    select * from {{ source('bilibili', 'days') }}

),

renamed as (

    select
        'bilibili' as platform,
        {{ source_name('bilibili') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        report_date as metric_date,
        cast(null as bigint) as impressions,
        plays as views,
        cast(null as bigint) as reach,
        likes,
        comments,
        shares,
        cast(null as bigint) as clicks,
        space_visits as profile_visits,
        net_followers as follows,
        cast(null as bigint) as unfollows

    from days

)

select * from renamed
