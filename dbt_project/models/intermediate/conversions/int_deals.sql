with

deals as (

    select
        *,
        -- The contact that a CRM lists first is the deal's primary one.
        {{ json_text('contact_refs', '$[0]') }} as record_ref,
        coalesce(currency, {{ reporting_currency() }}) as deal_currency,
        {{ reporting_date('coalesce(closed_at, created_at)') }} as valued_on

    from (
        {{ union_all_columns(
            [
                ref('stg_fxiaoke__opportunities'),
                ref('stg_hubspot__deals'),
                ref('stg_pipedrive__deals'),
                ref('stg_salesforce__opportunities'),
                ref('stg_zoho__deals'),
            ],
            [
                'source', 'deal_ref', 'deal_name', 'contact_refs', 'account_ref', 'stage',
                'is_won', 'is_closed', 'amount', 'currency', 'campaign_id', 'created_at',
                'closed_at', 'is_deleted',
            ],
        ) }}
    ) as unioned

),

records as (

    select * from {{ ref('int_records_to_customers') }}

),

fx_rates as (

    select * from {{ ref('int_fx_rates') }}

),

valued as (

    select
        deals.source,
        deals.deal_ref,
        deals.deal_name,
        deals.record_ref,
        records.record_key,
        records.customer_id,
        deals.account_ref,
        deals.stage,
        deals.campaign_id,
        deals.deal_currency as currency,
        deals.amount,
        {{ to_reporting('deals.amount', 'fx_rates.rate_to_reporting') }} as amount_reporting,
        coalesce(deals.is_won, false) as is_won,
        coalesce(deals.is_closed, false) as is_closed,
        coalesce(deals.is_deleted, false) as is_deleted,
        deals.created_at,
        deals.closed_at

    from deals

    left join records
        on
            deals.source = records.source
            and deals.record_ref = records.record_ref

    left join fx_rates
        on
            deals.deal_currency = fx_rates.currency
            and deals.valued_on >= fx_rates.valid_from
            and deals.valued_on < fx_rates.valid_to

)

select * from valued
