{#- Measured or sold (true), or typed, planned and covering a range (false). -#}
{%- set activities = [
    ('int_ad_days', 'source', 'delivered_date', true),
    ('int_ad_periods', 'source', 'period_end', false),
    ('int_deals', 'source', reporting_date('created_at'), false),
    ('int_lead_stages', 'source', reporting_date('entered_at'), false),
    ('int_message_campaigns', 'source', 'sent_date', true),
    ('int_message_events', 'source', 'event_date', true),
    ('int_order_reports', 'reporting_source', reporting_date('reported_at'), true),
    ('int_orders', 'source', 'order_date', true),
    ('int_social_days', 'source', 'metric_date', true),
    ('int_social_posts', 'source', 'observed_date', false),
    ('int_touchpoints', 'source', reporting_date('touched_at'), false),
    ('int_web_sessions', 'source', reporting_date('ended_at'), true),
] -%}

with

activity as (

    {% for model, source, day, is_measured in activities %}
    select
        {{ source }} as source,
        '{{ model | replace("int_", "") }}' as activity,
        {{ is_measured }} as is_measured,
        min({{ day }}) as first_date,
        max({{ day }}) as last_date,
        count(*) as rows_found

    from {{ ref(model) }}

    where {{ day }} is not null

    group by {{ source }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

)

select * from activity
