with

metric_overview as (

    select
        *,
        lower(metric) as metric_name

    from {{ source('meta_organic', 'metric_overview') }}

),

-- One file is one metric, and only its title may say which of the two platforms it is of.
named as (

    select
        _account,
        date as metric_date,
        case
            when metric_name like 'facebook%' then 'facebook'
            when metric_name like 'instagram%' then 'instagram'
            else 'meta'
        end as platform,
        trim(regexp_replace(metric_name, '^(facebook|instagram) ', '')) as metric_name,
        cast(primary_value as bigint) as amount

    from metric_overview

),

pivoted as (

    select
        platform,
        {{ source_name('meta_organic') }} as source,
        _account as account_name,
        cast(null as string) as post_id,
        metric_date,
        cast(null as bigint) as impressions,
        cast(sum(case when metric_name = 'views' then amount end) as bigint) as views,
        cast(sum(case when metric_name in ('reach', 'viewers') then amount end) as bigint) as reach,
        cast(sum(case when metric_name = 'content interactions' then amount end) as bigint)
            as likes,
        cast(null as bigint) as comments,
        cast(null as bigint) as shares,
        cast(sum(case when metric_name = 'link clicks' then amount end) as bigint) as clicks,
        cast(sum(case when metric_name in ('visits', 'profile visits') then amount end) as bigint)
            as profile_visits,
        cast(sum(case when metric_name = 'follows' then amount end) as bigint) as follows,
        cast(null as bigint) as unfollows

    from named

    group by platform, _account, metric_date

)

select * from pivoted
