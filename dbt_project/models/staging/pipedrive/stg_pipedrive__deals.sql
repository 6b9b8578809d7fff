with

deals as (

    select
        *,
        lower(deal_status) as status,
        {{ pipedrive_person() }} as person_ref

    from {{ source('pipedrive', 'deals') }}

),

renamed as (

    {{ deal({
        'source': source_name('pipedrive'),
        'deal_ref': 'coalesce(deal_id, cast(_grain_key as varchar))',
        'deal_name': 'deal_title',
        'contact_refs': json_array_of_list('person_ref'),
        'account_ref': 'coalesce(organization_id, organization_name)',
        'stage': 'deal_stage',
        'is_won': "coalesce("
            ~ regex_match('status', "'" ~ won_words() ~ "'")
            ~ ", deal_won_time is not null)",
        'is_closed': "coalesce("
            ~ regex_match('status', "'" ~ won_words() ~ "|" ~ lost_words() ~ "'")
            ~ ", coalesce(deal_won_time, deal_lost_time, deal_closed_time) is not null)",
        'amount': 'deal_value',
        'currency': 'coalesce(upper(deal_currency_of_value), _currency)',
        'created_at': 'deal_created',
        'closed_at': 'coalesce(deal_won_time, deal_lost_time, deal_closed_time)',
        'is_deleted': "coalesce(status in ('deleted', 'smazáno'), false)",
    }) }}

    from deals

)

select * from renamed
