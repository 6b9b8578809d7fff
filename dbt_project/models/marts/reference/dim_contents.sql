with

posts as (

    select * from {{ ref('int_social_posts') }}

),

latest as (

    select
        {{ surrogate_key(['platform', 'source', 'post_id']) }} as content_key,
        platform,
        source,
        account_name as account,
        post_id,
        title,
        post_type as content_type,
        permalink,
        published_at,
        min(observed_date) over posts_of_one as first_observed_date,
        max(observed_date) over posts_of_one as last_observed_date,
        row_number() over (
            partition by platform, source, post_id
            order by observed_date desc nulls last, observed_at desc nulls last, is_snapshot
        ) as recency

    from posts

    where post_id is not null

    window posts_of_one as (partition by platform, source, post_id)

),

contents as (

    select
        content_key,
        platform,
        source,
        account,
        post_id,
        title,
        content_type,
        permalink,
        published_at,
        first_observed_date,
        last_observed_date

    from latest

    where recency = 1

)

select * from contents
