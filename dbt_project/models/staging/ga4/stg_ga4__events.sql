{%- set utm_names = {
    'source': 'manual_source',
    'medium': 'manual_medium',
    'campaign': 'manual_campaign_name',
    'content': 'manual_content',
    'term': 'manual_term',
} -%}

with

events as (

    select
        *,
        {{ json_param('event_params', 'page_location', ['string_value']) }} as page_url,
        {{ json_param('event_params', 'page_referrer', ['string_value']) }} as referrer,
        {{ json_param('event_params', 'ga_session_id', ['int_value', 'string_value']) }}
            as ga_session_id,
        -- What testing tools send: the experiment's name, a hyphen, the variant's.
        {{ json_param('event_params', 'exp_variant_string', ['string_value']) }} as shown_variant

    from {{ source('ga4', 'events') }}

),

renamed as (

    select
        {{ source_name('ga4') }} as source,
        cast(_grain_key as varchar) as event_ref,
        event_name,
        user_pseudo_id as device_id,
        user_id,
        -- Some properties send the address as the user id.
        {{ normalised_email('user_id') }} as email,
        cast(null as string) as phone,
        -- A hit without consent has no device: its session cannot be told from others'.
        case
            when user_pseudo_id is not null then user_pseudo_id || '.' || ga_session_id
        end as session_ref,
        page_url,
        referrer,
        {%- for utm, collected in utm_names.items() %}
        coalesce(
            {{ json_text('collected_traffic_source', '$.' ~ collected) }},
            {{ url_param('page_url', 'utm_' ~ utm) }}
        ) as utm_{{ utm }},
        {%- endfor %}
        coalesce(
            case
                when {{ json_text('collected_traffic_source', '$.gclid') }} is not null then 'gclid'
                when {{ json_text('collected_traffic_source', '$.dclid') }} is not null then 'dclid'
                when {{ json_text('collected_traffic_source', '$.srsltid') }} is not null
                    then 'srsltid'
            end,
            {{ url_click_id_type('page_url') }}
        ) as click_id_type,
        coalesce(
            {{ json_text('collected_traffic_source', '$.gclid') }},
            {{ json_text('collected_traffic_source', '$.dclid') }},
            {{ json_text('collected_traffic_source', '$.srsltid') }},
            {{ url_click_id('page_url') }}
        ) as click_id,
        {{ regex_extract('shown_variant', "'^(.+)-[^-]+$'") }} as experiment,
        {{ regex_extract('shown_variant', "'^.+-([^-]+)$'") }} as variant,
        coalesce(
            nullif({{ json_text('ecommerce', '$.transaction_id') }}, '(not set)'),
            nullif({{ json_param('event_params', 'transaction_id') }}, '(not set)')
        ) as order_number,
        try_cast(
            coalesce(
                {{ json_text('ecommerce', '$.purchase_revenue') }},
                {{ json_param(
                    'event_params', 'value', ['double_value', 'float_value', 'int_value', 'string_value']
                ) }}
            ) as decimal(18, 4)
        ) as value,
        upper(coalesce({{ json_param('event_params', 'currency', ['string_value']) }}, _currency))
            as currency,
        false as is_bot,
        event_timestamp as occurred_at

    from events

)

select * from renamed
