{#-
The steps of every journey; the model int_journey_steps says what they are. Without details there is
only what leads from channel to channel, by the numbers of int_channel_numbers: windows that nobody
reads are computed all the same, and those over everybody's touches are what costs.

Travellers are told apart by a number, and touches of one instant are ordered as their own system
counts them, else by what is read of them anyhow: sorting by texts of ids would take twice the time.
-#}
{% macro journey_steps(with_details) -%}
{%- set channel = 'channel' if with_details else 'channel_number' -%}
{%- set order_keys = 'touched_at, sequence_number, ' ~ channel ~ (', stage' if with_details else '') -%}
{%- set order = 'partition by traveller order by '
    ~ ('path_step' if paths_are_changed() else order_keys) -%}
{%- set after_conversion = var('open_journeys_after_conversion') -%}
{%- set end_of_funnel = var('conversion_types').values() | max -%}
{%- set along_path = 'over (' ~ order ~ ')' -%}
{%- set traveller_ref = (
    'coalesce(touchpoints.customer_id, touchpoints.record_key, touchpoints.touchpoint_id)'
) -%}
{%- set lookback_seconds = var('lookback_days') * 86400 -%}

with

converted_steps as (

    select
        {%- if with_details %}
        conversion_id as journey_id,
        conversion_id,
        customer_id,
        stage,
        touched_at,
        position,
        next_stage,
        coalesce(next_touched_at, converted_at) as next_at,
        position = 1 as is_first,
        {%- endif %}
        paths.conversion_type,
        paths.customer_group,
        {%- if with_details %}
        paths.channel,
        paths.next_channel,
        {%- else %}
        channels.channel_number,
        next_channels.channel_number as next_channel_number,
        {%- endif %}
        cast(null as integer) as reached

    from {{ ref('int_conversion_paths') }} as paths
    {%- if not with_details %}

    inner join {{ ref('int_channel_numbers') }} as channels
        on paths.channel = channels.channel

    left join {{ ref('int_channel_numbers') }} as next_channels
        on paths.next_channel = next_channels.channel
    {%- endif %}

),

customers_reached as (

    select
        customer_id,
        max({{ funnel_depth('conversion_type') }}) as reached,
        {%- if after_conversion %}
        max(converted_at) as last_converted_at,
        {%- endif %}
        {{ journey_group('min(conversion_id)') }} as customer_group

    from {{ ref('int_conversions') }}

    where customer_id is not null

    group by customer_id

),

-- Who did not get to the end of the funnel: customers, and devices that no record ties to anybody.
open_touchpoints as (

    select
        touchpoints.customer_id,
        {{ traveller_ref }} as traveller_ref,
        {{ hashed_number(traveller_ref) }} as traveller,
        {%- if with_details %}
        touchpoints.channel,
        touchpoints.stage,
        {%- else %}
        channels.channel_number,
        {%- endif %}
        {%- if paths_are_changed() %}
        touchpoints.channel as channel_name,
        {%- endif %}
        touchpoints.sequence_number,
        touchpoints.touched_at,
        {%- if after_conversion %}
        case
            when coalesce(customers_reached.reached, 0) < {{ end_of_funnel }}
                then coalesce(customers_reached.reached, 0)
            else 0
        end as reached,
        {%- else %}
        coalesce(customers_reached.reached, 0) as reached,
        {%- endif %}
        customers_reached.customer_group

    from {{ ref('int_touchpoints') }} as touchpoints

    left join customers_reached
        on touchpoints.customer_id = customers_reached.customer_id
    {%- if not with_details %}

    inner join {{ ref('int_channel_numbers') }} as channels
        on touchpoints.channel = channels.channel
    {%- endif %}

    where
        touchpoints.is_touch
        {%- if after_conversion %}
        and (
            coalesce(customers_reached.reached, 0) < {{ end_of_funnel }}
            or customers_reached.last_converted_at < touchpoints.touched_at
        )
        {%- else %}
        and coalesce(customers_reached.reached, 0) < {{ end_of_funnel }}
        {%- endif %}

),
{%- if paths_are_changed() %}

-- What changes a path changes what is left of it within the look-back.
open_lookback as (

    select *

    from (
        select
            *,
            max(touched_at) over (partition by traveller) as last_touched_at

        from open_touchpoints
    ) as seen

    where {{ seconds_between('touched_at', 'last_touched_at') }} <= {{ lookback_seconds }}

),

{{ changed_paths('open_lookback', 'traveller', order_keys, channel, 'channel_name') }}
{%- endif %}

-- One sort for all windows, and no join: touches of those who never converted are the bulk of the
-- rows. What follows a touch of the look-back is of the look-back too.
ending as (

    select
        *,
        {%- if not paths_are_changed() %}
        max(touched_at) over (partition by traveller) as last_touched_at,
        {%- endif %}
        {%- if with_details %}
        row_number() {{ along_path }} as position,
        lag(touched_at) {{ along_path }} as previous_at,
        lead(stage) {{ along_path }} as next_stage,
        {%- endif %}
        lead({{ channel }}) {{ along_path }} as next_{{ channel }}

    from {{ 'changed_paths' if paths_are_changed() else 'open_touchpoints' }}

),

open_steps as (

    select
        {%- if with_details %}
        {{ surrogate_key(["'open'", 'traveller_ref']) }} as journey_id,
        cast(null as string) as conversion_id,
        customer_id,
        stage,
        touched_at,
        position,
        next_stage,
        cast(null as timestamp) as next_at,
        coalesce(
            {{ seconds_between('previous_at', 'last_touched_at') }} > {{ lookback_seconds }}, true
        ) as is_first,
        {%- endif %}
        cast(null as string) as conversion_type,
        coalesce(customer_group, {{ journey_group('last_touched_at') }}) as customer_group,
        {{ channel }},
        next_{{ channel }},
        reached

    from ending

    where {{ seconds_between('touched_at', 'last_touched_at') }} <= {{ lookback_seconds }}

),

unioned as (

    select * from converted_steps

    union all

    select * from open_steps

)

select * from unioned
{%- endmacro %}
