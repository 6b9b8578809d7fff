with

-- Rates are stated in US dollars per unit; the dollar itself is worth one on every day.
quoted_rates as (

    select
        upper(trim(currency)) as currency,
        rate_date,
        max(usd_per_unit) as usd_per_unit

    from {{ ref('fx_rates') }}

    where
        usd_per_unit > 0
        and rate_date > date '0001-01-01'
        and upper(trim(currency)) != 'USD'

    group by upper(trim(currency)), rate_date

),

earliest_rates as (

    select
        currency,
        min_by(usd_per_unit, rate_date) as usd_per_unit

    from quoted_rates

    group by currency

),

currencies as (

    select currency from earliest_rates

    union

    select 'USD' as currency

    union

    select {{ reporting_currency() }} as currency

),

-- A quote is exact on its own day and an approximation from the next day on.
quote_bounds as (

    select currency, rate_date as valid_from from quoted_rates

    union

    select currency, cast(rate_date + interval 1 day as date) as valid_from from quoted_rates

),

period_starts as (

    select currency, date '0001-01-01' as valid_from from currencies

    union

    select currency, valid_from from quote_bounds

    union

    select
        currencies.currency,
        reporting_bounds.valid_from

    from currencies

    inner join quote_bounds as reporting_bounds
        on reporting_bounds.currency = {{ reporting_currency() }}

),

quotes_at_starts as (

    select
        period_starts.currency,
        period_starts.valid_from,
        own_rates.usd_per_unit as own_quote,
        reporting_rates.usd_per_unit as reporting_quote,
        count(own_rates.usd_per_unit) over (
            partition by period_starts.currency order by period_starts.valid_from
        ) as own_quotes_so_far,
        count(reporting_rates.usd_per_unit) over (
            partition by period_starts.currency order by period_starts.valid_from
        ) as reporting_quotes_so_far

    from period_starts

    left join quoted_rates as own_rates
        on
            period_starts.currency = own_rates.currency
            and period_starts.valid_from = own_rates.rate_date

    left join quoted_rates as reporting_rates
        on
            reporting_rates.currency = {{ reporting_currency() }}
            and period_starts.valid_from = reporting_rates.rate_date

),

carried_forward as (

    select
        currency,
        valid_from,
        own_quote,
        reporting_quote,
        max(own_quote) over (partition by currency, own_quotes_so_far) as own_carried,
        max(reporting_quote) over (
            partition by currency, reporting_quotes_so_far
        ) as reporting_carried,
        lead(valid_from) over (partition by currency order by valid_from) as next_valid_from

    from quotes_at_starts

),

in_dollars as (

    select
        carried_forward.currency,
        carried_forward.valid_from,
        coalesce(carried_forward.next_valid_from, date '9999-12-31') as valid_to,
        case
            when carried_forward.currency = 'USD' then 1
            else coalesce(carried_forward.own_carried, own_earliest.usd_per_unit)
        end as own_rate,
        case
            when {{ reporting_currency() }} = 'USD' then 1
            else coalesce(carried_forward.reporting_carried, reporting_earliest.usd_per_unit)
        end as reporting_rate,
        carried_forward.currency = 'USD' or carried_forward.own_quote is not null as is_own_exact,
        {{ reporting_currency() }} = 'USD'
        or carried_forward.reporting_quote is not null as is_reporting_exact

    from carried_forward

    left join earliest_rates as own_earliest
        on carried_forward.currency = own_earliest.currency

    left join earliest_rates as reporting_earliest
        on reporting_earliest.currency = {{ reporting_currency() }}

),

converted as (

    select
        currency,
        valid_from,
        valid_to,
        cast(
            case
                when currency = {{ reporting_currency() }} then 1
                else own_rate / reporting_rate
            end as decimal(18, 8)
        ) as rate_to_reporting,
        currency != {{ reporting_currency() }}
        and not (is_own_exact and is_reporting_exact) as is_approximate

    from in_dollars

)

select *
from converted
where rate_to_reporting is not null
