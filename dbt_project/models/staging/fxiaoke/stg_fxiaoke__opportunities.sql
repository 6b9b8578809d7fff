with

opportunities as (

    select
        *,
        coalesce(sales_status, '') || ' ' || coalesce(opportunity_stage, '') as state

    from {{ source('fxiaoke', 'opportunities') }}

),

judged as (

    select
        *,
        {{ regex_match('state', "'赢单|成交'") }} as is_won,
        {{ regex_match('state', "'赢单|成交|输单|丢单|无效|关闭'") }} as is_closed

    from opportunities

),

-- Until a deal is closed its expected date is a forecast.
renamed as (

    {{ deal({
        'source': source_name('fxiaoke'),
        'deal_ref': 'coalesce(unique_id, opportunity_no, cast(_grain_key as varchar))',
        'deal_name': 'opportunity_name',
        'account_ref': 'account_name',
        'stage': 'opportunity_stage',
        'is_won': 'is_won',
        'is_closed': 'is_closed',
        'amount': 'amount',
        'currency': '_currency',
        'created_at': 'created_at',
        'closed_at': "case
            when is_closed
                then coalesce(closed_at, " ~ end_of_reporting_day('expected_close_date') ~ ")
        end",
        'is_deleted': "coalesce(life_status = '作废', false)",
    }) }}

    from judged

)

select * from renamed
