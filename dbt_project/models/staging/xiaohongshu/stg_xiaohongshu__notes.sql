with

notes as (

    select * from {{ source('xiaohongshu', 'notes') }}

),

renamed as (

    select
        'xiaohongshu' as platform,
        {{ source_name('xiaohongshu') }} as source,
        _account as account_name,
        -- The export has no id of a note: its title and the second it appeared stand for one.
        {{ surrogate_key(['title', 'first_published_at']) }} as post_id,
        title,
        note_type as post_type,
        cast(null as string) as permalink,
        first_published_at as published_at,
        {{ observed_at() }} as observed_at,
        cast(null as date) as metric_date,
        exposures as impressions,
        views,
        cast(null as bigint) as reach,
        likes,
        comments,
        shares,
        favorites as saves,
        cast(null as bigint) as clicks,
        new_followers as follows,
        cast(average_watch_seconds * views as decimal(18, 4)) as watch_seconds

    from notes

)

select * from renamed
