with

journeys as (

    select * from {{ ref('fct_journeys') }}

),

paths as (

    select
        path,
        coalesce(conversion_type, '(none)') as conversion_type,
        cast(max(steps) as bigint) as steps,
        cast(count(*) as bigint) as journeys,
        cast(count(*) filter (where is_converted) as bigint) as conversions,
        cast(sum(revenue) as decimal(18, 2)) as revenue,
        median(
            case
                when is_converted and steps > 0
                    then {{ seconds_between('started_at', 'ended_at') }} / 86400
            end
        ) as median_days_to_convert

    from journeys

    group by path, coalesce(conversion_type, '(none)')

),

-- All journeys of a path have the same steps, so those of one of them tell its other forms.
examples as (

    select
        path,
        min(journey_id) as journey_id

    from journeys

    group by path

),

steps as (

    select
        examples.path,
        steps.channel,
        steps.next_channel,
        steps.position,
        row_number() over (
            partition by examples.path, steps.channel
            order by steps.position
        ) as occurrence,
        count(*) over (partition by examples.path, steps.channel) as occurrences

    from examples

    inner join {{ ref('int_journey_steps') }} as steps
        on examples.journey_id = steps.journey_id

),

{%- set first = 'case when occurrence = 1 then channel%s end' %}

forms as (

    select
        path,
        {{ joined_text(
            'case when channel is distinct from next_channel then channel end', ' > ', 'position'
        ) }} as path_collapsed,
        {{ joined_text(first % '', ' > ', 'position') }} as path_first_occurrence,
        {{ joined_text(first % " || '(' || occurrences || ')'", ' > ', 'position') }}
            as path_frequency

    from steps

    group by path

),

keyed as (

    select
        {{ surrogate_key(['paths.path', 'paths.conversion_type']) }} as path_key,
        paths.path,
        coalesce(forms.path_collapsed, paths.path) as path_collapsed,
        coalesce(forms.path_first_occurrence, paths.path) as path_first_occurrence,
        coalesce(forms.path_frequency, paths.path) as path_frequency,
        paths.conversion_type,
        paths.steps,
        paths.journeys,
        paths.conversions,
        paths.revenue,
        paths.median_days_to_convert

    from paths

    left join forms
        on paths.path = forms.path

)

select * from keyed
