with

deals as (

    select
        *,
        lower(stage) as stage_name

    from {{ source('zoho', 'deals') }}

),

judged as (

    select
        *,
        coalesce({{ regex_match('stage_name', "'closed won|^won$|赢单'") }}, false) as is_won,
        coalesce({{ regex_match('stage_name', "'^closed|^won$|^lost|赢单|输单'") }}, false)
            as is_closed

    from deals

),

-- Until a deal is closed its closing date is a forecast.
renamed as (

    {{ deal({
        'source': source_name('zoho'),
        'deal_ref': 'record_id',
        'deal_name': 'deal_name',
        'contact_refs': json_array_of_list('contact_name_id'),
        'account_ref': 'coalesce(account_name_id, account_name)',
        'stage': 'stage',
        'is_won': 'is_won',
        'is_closed': 'is_closed',
        'amount': 'amount',
        'currency': 'coalesce(upper(currency), _currency)',
        'campaign_id': 'campaign_source_id',
        'created_at': 'created_time',
        'closed_at': 'case when is_closed then ' ~ end_of_reporting_day('closing_date') ~ ' end',
    }) }}

    from judged

)

select * from renamed
