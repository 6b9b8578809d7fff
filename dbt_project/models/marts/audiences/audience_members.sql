{%- set facts = {
    'days_since_cart': 'cast(members.days_since_cart as string)',
    'days_since_order': 'cast(members.days_since_order as string)',
    'orders': 'cast(members.orders as string)',
    'p_alive': 'cast(cast(members.p_alive as decimal(4, 2)) as string)',
    'product': 'members.product',
    'recommended_product': 'members.recommended_product',
} -%}
{%- set reason = namespace(text='members.reason_template') -%}
{%- for name, text in facts.items() -%}
{%- set known = "coalesce(" ~ text ~ ", '')" -%}
{%- set reason.text = "replace(" ~ reason.text ~ ", '{" ~ name ~ "}', " ~ known ~ ")" -%}
{%- endfor -%}

with

candidates as (

    select * from {{ ref('int_audience_candidates') }}

),

-- Patterns are tried on the few profiles that there are, not on every customer.
profiles as (

    select distinct
        lifecycle,
        value_tier,
        rfm_segment

    from candidates

),

profile_audiences as (

    select
        profiles.*,
        audiences.audience

    from profiles

    inner join {{ ref('audiences') }} as audiences
        on
            {{ rule_holds('profiles.lifecycle', 'audiences.lifecycle') }}
            and {{ rule_holds('profiles.value_tier', 'audiences.value_tier') }}
            and {{ rule_holds('profiles.rfm_segment', 'audiences.rfm_segment') }}

),

members as (

    select
        candidates.*,
        audiences.audience,
        audiences.priority,
        audiences.channels as audience_channels,
        audiences.frequency_cap,
        audiences.frequency_cap_days,
        audiences.reason as reason_template

    from candidates

    inner join profile_audiences
        on
            candidates.lifecycle is not distinct from profile_audiences.lifecycle
            and candidates.value_tier is not distinct from profile_audiences.value_tier
            and candidates.rfm_segment is not distinct from profile_audiences.rfm_segment

    inner join {{ ref('audiences') }} as audiences
        on
            profile_audiences.audience = audiences.audience
            and (
                audiences.days_since_cart_max is null
                or candidates.days_since_cart <= audiences.days_since_cart_max
            )
            and (
                audiences.days_since_order_min is null
                or candidates.days_since_order >= audiences.days_since_order_min
            )
            and (
                audiences.days_since_order_max is null
                or candidates.days_since_order <= audiences.days_since_order_max
            )
            and (
                audiences.p_alive_max is null
                or candidates.p_alive <= audiences.p_alive_max
            )
            and (
                not audiences.needs_recommendation
                or candidates.recommended_product_key is not null
            )

),

-- Who consented to none of an audience's channels is in none of its rows.
contacts as (

    select
        members.audience,
        members.customer_id,
        consents.channel,
        row_number() over (
            partition by members.audience, members.customer_id
            order by
                case when consents.channel = members.preferred_contact then 0 else 1 end,
                instr(';' || members.audience_channels || ';', ';' || consents.channel || ';')
        ) as choice

    from members

    inner join {{ ref('int_customer_consents') }} as consents
        on
            members.customer_id = consents.customer_id
            and consents.is_consented
            and instr(
                ';' || members.audience_channels || ';', ';' || consents.channel || ';'
            ) > 0

),

contactable as (

    select
        audience,
        customer_id,
        min_by(channel, choice) as best_channel,
        {{ joined_text('channel', ';', 'choice') }} as consented_channels

    from contacts

    group by audience, customer_id

),

-- Where a person's own hour is not known, the one of most others.
usual_hours as (

    select
        preferred_hour,
        row_number() over (order by count(*) desc, preferred_hour) as hour_rank

    from candidates

    where preferred_hour is not null

    group by preferred_hour

),

deliveries as (

    select
        members.audience,
        members.customer_id,
        count(*) as recent_messages

    from members

    inner join {{ ref('fct_touchpoints') }} as touchpoints
        on
            members.customer_id = touchpoints.customer_id
            and members.as_of_date >= touchpoints.touched_date
            and members.frequency_cap_days
            > {{ day_diff('touchpoints.touched_date', 'members.as_of_date') }}

    where touchpoints.interaction = 'delivered'

    group by members.audience, members.customer_id

),

joined as (

    select
        members.audience,
        members.customer_id,
        members.priority,
        cast(
            row_number() over (
                partition by members.customer_id
                order by members.priority, members.audience
            ) as integer
        ) as audience_rank,
        contactable.best_channel,
        contactable.consented_channels,
        case
            when contactable.best_channel != 'ads'
                then coalesce(members.preferred_hour, usual_hours.preferred_hour)
        end as best_hour,
        {{ reason.text }} as reason,
        members.recommended_product_key,
        members.frequency_cap,
        members.frequency_cap_days,
        cast(coalesce(deliveries.recent_messages, 0) as integer) as recent_messages,
        coalesce(deliveries.recent_messages >= members.frequency_cap, false) as is_capped,
        members.as_of_date

    from members

    inner join contactable
        on
            members.audience = contactable.audience
            and members.customer_id = contactable.customer_id

    left join usual_hours
        on usual_hours.hour_rank = 1

    left join deliveries
        on
            members.audience = deliveries.audience
            and members.customer_id = deliveries.customer_id

)

select * from joined
