with

targets as (

    select
        lower(trim(kpi)) as kpi,
        trim(segment) as segment,
        period,
        period_start,
        period_end,
        target,
        direction,
        owner

    from {{ ref('targets') }}

),

as_of as (

    select * from {{ ref('int_as_of') }}

),

keyed as (

    select
        {{ surrogate_key([
            'targets.kpi',
            'targets.segment',
            'targets.period',
            'targets.period_start',
            'targets.period_end',
        ]) }} as target_key,
        targets.kpi,
        -- `email_open_rate` is the open rate of e-mail messages.
        {{ regex_replace_all('targets.kpi', "'^(email|sms|whatsapp|push)_'") }} as formula,
        {{ regex_extract('targets.kpi', "'^(email|sms|whatsapp|push)_'") }} as medium,
        targets.segment,
        targets.period,
        targets.period_start,
        targets.period_end,
        targets.target,
        targets.direction,
        targets.owner,
        as_of.as_of_date,
        case
            when as_of.as_of_date < targets.period_start then 0
            when as_of.as_of_date >= targets.period_end then 1
            else
                {{ safe_divide(
                    day_diff('targets.period_start', 'as_of.as_of_date') ~ ' + 1',
                    day_diff('targets.period_start', 'targets.period_end') ~ ' + 1',
                ) }}
        end as elapsed_share

    from targets

    cross join as_of

)

select * from keyed
