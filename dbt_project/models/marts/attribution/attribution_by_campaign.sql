with

campaign_spellings as (

    select
        {{ campaign_spelling('campaign_id') }} as spelling,
        campaign_name

    from {{ ref('int_ad_days') }}

    where campaign_id is not null and campaign_name is not null

    union

    select
        {{ campaign_spelling('campaign_name') }} as spelling,
        campaign_name

    from {{ ref('int_ad_days') }}

    where campaign_name is not null

),

campaign_names as (

    select
        spelling,
        min(campaign_name) as campaign

    from campaign_spellings

    group by spelling

),

credited as (

    select
        model,
        conversion_type,
        conversion_date,
        channel,
        campaign as named,
        credit as conversions,
        revenue,
        case when is_first_order then credit else 0 end as new_customers,
        cast(0 as decimal(18, 2)) as spend,
        cast(0 as decimal(18, 2)) as other_costs

    from {{ ref('fct_attribution') }}

),

spent as (

    select
        scopes.model,
        scopes.conversion_type,
        costs.cost_date as conversion_date,
        costs.channel,
        costs.campaign as named,
        0 as conversions,
        0 as revenue,
        0 as new_customers,
        costs.spend,
        costs.other_costs

    from {{ ref('int_marketing_costs') }} as costs

    cross join {{ ref('int_attribution_scopes') }} as scopes

),

unioned as (

    select * from credited

    union all

    select * from spent

),

spelled as (

    select
        *,
        {{ campaign_spelling('named') }} as spelling

    from unioned

),

summed as (

    select
        spelled.model,
        spelled.conversion_type,
        spelled.conversion_date,
        spelled.channel,
        coalesce(campaign_names.campaign, spelled.named, '(not set)') as campaign,
        cast(sum(spelled.conversions) as decimal(18, 10)) as conversions,
        cast(sum(spelled.revenue) as decimal(18, 2)) as revenue,
        cast(sum(spelled.new_customers) as decimal(18, 10)) as new_customers,
        cast(sum(spelled.spend) as decimal(18, 2)) as spend,
        cast(sum(spelled.other_costs) as decimal(18, 2)) as other_costs

    from spelled

    left join campaign_names
        on spelled.spelling = campaign_names.spelling

    group by
        spelled.model,
        spelled.conversion_type,
        spelled.conversion_date,
        spelled.channel,
        coalesce(campaign_names.campaign, spelled.named, '(not set)')

),

measured as (

    select
        *,
        {{ safe_divide('revenue', 'spend') }} as roas,
        {{ safe_divide('revenue - spend - other_costs', 'spend + other_costs') }} as roi,
        {{ safe_divide('spend + other_costs', 'new_customers') }} as cac,
        {{ safe_divide('spend + other_costs', 'conversions') }} as cpa

    from summed

)

select * from measured
