with

opportunity as (

    select * from {{ source('salesforce', 'opportunity') }}

),

-- Whose deal it is stands in two other objects; without them a deal has no customer.
people as (

    select
        _account,
        opportunity_id,
        contact_id as record_ref

    from {{ source('salesforce', 'opportunity_contact_role') }}

    where not coalesce(is_deleted or _is_deleted, false)

    union

    select
        _account,
        {{ salesforce_lookup('converted_opportunity_id') }} as opportunity_id,
        coalesce({{ salesforce_lookup('converted_contact_id') }}, id) as record_ref

    from {{ source('salesforce', 'lead') }}

    where
        {{ salesforce_lookup('converted_opportunity_id') }} is not null
        and not coalesce(is_deleted or _is_deleted, false)

),

contacts as (

    select
        _account,
        opportunity_id,
        {{ json_array_of_list(joined_text('record_ref', ';', 'record_ref')) }} as contact_refs

    from people

    group by _account, opportunity_id

),

renamed as (

    select
        'salesforce' || coalesce(':' || opportunity._account, '') as source,
        opportunity.id as deal_ref,
        opportunity.name as deal_name,
        contacts.contact_refs,
        {{ salesforce_lookup('opportunity.account_id') }} as account_ref,
        opportunity.stage_name as stage,
        coalesce(opportunity.is_won, lower(opportunity.stage_name) = 'closed won', false) as is_won,
        coalesce(opportunity.is_closed, lower(opportunity.stage_name) like 'closed%', false)
            as is_closed,
        opportunity.amount,
        coalesce(upper(opportunity.currency_iso_code), opportunity._currency) as currency,
        {{ salesforce_lookup('opportunity.campaign_id') }} as campaign_id,
        opportunity.created_date as created_at,
        -- Until a deal is closed its close date is a forecast.
        case
            when opportunity.is_closed
                then {{ end_of_reporting_day('opportunity.close_date') }}
        end as closed_at,
        coalesce(opportunity.is_deleted or opportunity._is_deleted, false) as is_deleted

    from opportunity

    left join contacts
        on
            opportunity.id = contacts.opportunity_id
            and opportunity._account is not distinct from contacts._account

)

select * from renamed
