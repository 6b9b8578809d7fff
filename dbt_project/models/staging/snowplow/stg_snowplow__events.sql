with

events as (

    select
        *,
        -- An event may be collected twice: the same id and fingerprint, or the same id alone.
        row_number() over (
            partition by _account, event_id order by collector_tstamp, event_fingerprint
        ) as copy_number

    from {{ source('snowplow', 'events') }}

),

renamed as (

    {{ web_event({
        'source': source_name('snowplow'),
        'event_ref': 'event_id',
        'event_name': "case
            when event = 'transaction' then 'purchase'
            when event = 'struct' then coalesce(se_action, event)
            else coalesce(event_name, event)
        end",
        'device_id': 'coalesce(domain_userid, network_userid)',
        'user_id': 'user_id',
        'email': normalised_email('user_id'),
        'session_ref': 'domain_sessionid',
        'page_url': 'page_url',
        'referrer': 'page_referrer',
        'utm_source': 'mkt_source',
        'utm_medium': 'mkt_medium',
        'utm_campaign': 'mkt_campaign',
        'utm_content': 'mkt_content',
        'utm_term': 'mkt_term',
        'click_id_type': "coalesce(
            " ~ url_click_id_type('page_url') ~ ",
            case lower(mkt_network)
                when 'google' then 'gclid'
                when 'microsoft' then 'msclkid'
                when 'doubleclick' then 'dclid'
            end
        )",
        'click_id': 'coalesce(' ~ url_click_id('page_url') ~ ', mkt_clickid)',
        'order_number': 'tr_orderid',
        'value': 'tr_total',
        'currency': 'upper(coalesce(tr_currency, _currency))',
        'is_bot': is_robot('useragent'),
        'occurred_at': 'coalesce(derived_tstamp, collector_tstamp)',
    }) }}

    from events

    -- Heartbeats of an open page and the items of a transaction are no events of their own.
    where copy_number = 1 and event not in ('page_ping', 'transaction_item')

)

select * from renamed
