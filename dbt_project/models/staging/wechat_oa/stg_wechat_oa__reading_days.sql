with

reading_days as (

    select * from {{ source('wechat_oa', 'reading_days') }}
    -- Channels overlap: only the row of all of them counts each reader once.
    where reading_channel = '全部'

),

renamed as (

    select
        'wechat' as platform,
        {{ source_name('wechat_oa') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        report_date as metric_date,
        cast(null as bigint) as impressions,
        reading_times as views,
        reading_users as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        cast(null as bigint) as clicks,
        cast(null as bigint) as profile_visits,
        cast(null as bigint) as follows,
        cast(null as bigint) as unfollows

    from reading_days

)

select * from renamed
