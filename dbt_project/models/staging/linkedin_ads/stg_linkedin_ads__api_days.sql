with

api_report as (

    select * from {{ source('linkedin_ads', 'api_report') }}

),

identified as (

    select
        *,
        {{ regex_extract('pivot_values', "'sponsoredCampaign:([0-9]+)'") }} as campaign_ref,
        {{ regex_extract('pivot_values', "'sponsoredCreative:([0-9]+)'") }} as creative_ref,
        {{ regex_extract('pivot_values', "'sponsoredAccount:([0-9]+)'") }} as account_ref

    from api_report

),

-- Dollars say what they are; whether the account's currency is another, nothing tells.
renamed as (

    {{ ad_report({
        'platform': "'linkedin_ads'",
        'source': source_name('linkedin_ads'),
        'account_id': "coalesce(nullif(account_ref, ''), _account)",
        'report_level': "case
            when creative_ref != '' then 'ad'
            when campaign_ref != '' or account_ref != '' then 'campaign'
            else 'audience'
        end",
        'campaign_id': "nullif(campaign_ref, '')",
        'ad_id': "nullif(creative_ref, '')",
        'segment': "case
            when creative_ref = '' and campaign_ref = '' and account_ref = ''
                then 'pivot=' || pivot_values
        end",
        'currency': "case when cost_in_usd is not null then 'USD' else _currency end",
        'impressions': 'impressions',
        'clicks': 'clicks',
        'spend': 'coalesce(cost_in_usd, cost_in_local_currency)',
        'conversions': 'cast(external_website_conversions as decimal(18, 4))',
        'video_views': 'video_views',
        'reach': 'approximate_member_reach',
        'delivered_date': 'case when start_date = end_date then start_date end',
        'period_start': 'start_date',
        'period_end': 'end_date',
    }) }}

    from identified

)

select * from renamed
