with

content_totals as (

    select * from {{ source('youtube', 'content_totals') }}

),

views_totals as (

    select * from {{ source('youtube', 'views_totals') }}

),

-- A file of totals has the one metric that was charted; views have a format of their own.
totals as (

    select
        _account,
        date,
        views,
        impressions,
        subscribers

    from content_totals

    union all

    select
        _account,
        date,
        views,
        cast(null as bigint) as impressions,
        cast(null as bigint) as subscribers

    from views_totals

),

renamed as (

    select
        'youtube' as platform,
        {{ source_name('youtube') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        date as metric_date,
        impressions,
        views,
        cast(null as bigint) as reach,
        cast(null as bigint) as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        cast(null as bigint) as clicks,
        cast(null as bigint) as profile_visits,
        subscribers as follows,
        cast(null as bigint) as unfollows

    from totals

)

select * from renamed
