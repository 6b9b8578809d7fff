with

sharing_days as (

    select * from {{ source('wechat_oa', 'sharing_days') }}

),

renamed as (

    select
        'wechat' as platform,
        {{ source_name('wechat_oa') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        report_date as metric_date,
        cast(null as bigint) as impressions,
        cast(null as bigint) as views,
        cast(null as bigint) as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        sharing_users as shares,
        original_link_users as clicks,
        cast(null as bigint) as profile_visits,
        cast(null as bigint) as follows,
        cast(null as bigint) as unfollows

    from sharing_days

)

select * from renamed
