with

content_days as (

    select * from {{ source('linkedin_page', 'content_days') }}

),

renamed as (

    select
        'linkedin' as platform,
        {{ source_name('linkedin_page') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        date as metric_date,
        impressions_organic as impressions,
        cast(null as bigint) as views,
        unique_impressions_organic as reach,
        reactions_organic as likes,
        comments_organic as comments,
        reposts_organic as shares,
        clicks_organic as clicks,
        cast(null as bigint) as profile_visits,
        cast(null as bigint) as follows,
        cast(null as bigint) as unfollows

    from content_days

)

select * from renamed
