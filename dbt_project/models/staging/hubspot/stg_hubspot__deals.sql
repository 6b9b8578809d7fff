with

deals as (

    select
        *,
        -- The label carries its pipeline: "Closed won (Sales Pipeline)".
        trim(regexp_replace(deal_stage, '[ ]*[(][^()]*[)]$', '')) as stage

    from {{ source('hubspot', 'deals') }}

),

renamed as (

    select
        {{ source_name('hubspot') }} as source,
        record_id as deal_ref,
        deal_name,
        {{ json_array_of_list('associated_contact_ids') }} as contact_refs,
        {{ first_listed('associated_company_ids') }} as account_ref,
        stage,
        coalesce(
            is_closed_won,
            {{ regex_match('lower(stage)', "'" ~ won_words() ~ "'") }},
            false
        ) as is_won,
        coalesce(
            is_deal_closed,
            {{ regex_match('lower(stage)', "'closed|" ~ won_words() ~ "|" ~ lost_words() ~ "'") }},
            false
        ) as is_closed,
        amount,
        coalesce(upper(currency), _currency) as currency,
        cast(null as string) as campaign_id,
        create_date as created_at,
        close_date as closed_at,
        coalesce(archived, false) as is_deleted

    from deals

)

select * from renamed
