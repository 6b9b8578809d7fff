with

page_insights as (

    select * from {{ source('meta_organic', 'page_insights') }}

),

renamed as (

    select
        'facebook' as platform,
        {{ source_name('meta_organic') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        date as metric_date,
        daily_total_impressions as impressions,
        cast(null as bigint) as views,
        daily_total_reach as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        daily_page_consumptions as clicks,
        cast(null as bigint) as profile_visits,
        daily_new_likes as follows,
        daily_unlikes as unfollows

    from page_insights

)

select * from renamed
