-- The strongest transitions over the first steps of journeys; the end of a journey is its last step.
with

steps as (

    select
        journey_id,
        is_converted,
        string_split(path, ' > ') as channels
    from marts.fct_journeys
    where path <> '(unattributed)'

),

walked as (

    select
        journey_id,
        is_converted,
        unnest(channels[:4]) as channel,
        generate_subscripts(channels[:4], 1) as step,
        len(channels) as length
    from steps

),

transitions as (

    select
        step,
        channel as from_channel,
        coalesce(
            lead(channel) over (partition by journey_id order by step),
            case
                when length > step then 'Further steps'
                when is_converted then 'Converted'
                else 'Not converted'
            end
        ) as to_channel
    from walked

)

select
    step::int as step,
    from_channel,
    to_channel,
    count(*) as journeys
from transitions
group by all
order by journeys desc, step, from_channel, to_channel
limit 36
