with

statements as (

    select
        *,
        coalesce(gross, net) as amount,
        coalesce(refund, 0) as refunded,
        net + coalesce(refund, 0) + coalesce(tax, 0) + coalesce(shipping, 0) as charged

    from {{ ref('int_order_statements') }}

),

all_owners as (

    select * from statements where role = 'owner'

),

all_owner_numbers as (

    select order_id, quoted_number as number from all_owners where quoted_number is not null

    union

    select order_id, {{ normalised_order_number('order_ref') }} as number from all_owners

),

-- Two owners number their orders independently, so the number alone does not make them one sale.
owner_links as (

    select
        repeats.order_id as report_id,
        min_by(
            all_owners.order_id,
            {{ ordering_pair('all_owners.priority', 'all_owners.order_id') }}
        ) as order_id,
        'order_number' as link_rule

    from all_owners as repeats

    inner join all_owner_numbers
        on repeats.quoted_number = all_owner_numbers.number

    inner join all_owners
        on
            all_owner_numbers.order_id = all_owners.order_id
            and repeats.priority > all_owners.priority

    where
        repeats.is_sale
        and {{ shows_order_amount('repeats', 'all_owners') }}
        and {{ days_apart('repeats', 'all_owners') }} <= {{ var('order_amount_link_days', 1) }}

    group by repeats.order_id

),

owners as (

    select all_owners.*

    from all_owners

    left join owner_links
        on all_owners.order_id = owner_links.report_id

    where owner_links.report_id is null

),

reports as (

    select * from statements where role = 'report' and is_sale

),

number_candidates as (

    select
        reports.order_id as report_id,
        owners.order_id,
        row_number() over (
            partition by reports.order_id
            order by
                case when reports.customer_id = owners.customer_id then 0 else 1 end,
                case when {{ shows_order_amount('reports', 'owners') }} then 0 else 1 end,
                {{ seconds_apart('reports', 'owners') }} nulls last,
                owners.priority,
                owners.order_id
        ) as candidate_rank

    from reports

    inner join all_owner_numbers
        on reports.quoted_number = all_owner_numbers.number

    inner join owners
        on all_owner_numbers.order_id = owners.order_id

    where
        coalesce(
            {{ days_apart('reports', 'owners') }} <= {{ var('order_number_link_days', 60) }}, true
        )

),

number_links as (

    select
        report_id,
        order_id,
        'order_number' as link_rule

    from number_candidates

    where candidate_rank = 1

),

reported_by_number as (

    select distinct
        number_links.order_id,
        reports.source

    from number_links

    inner join reports
        on number_links.report_id = reports.order_id

),

amount_candidates as (

    select
        reports.order_id as report_id,
        owners.order_id,
        reports.source as reporting_source,
        row_number() over (
            partition by reports.order_id
            order by {{ seconds_apart('reports', 'owners') }}, owners.priority, owners.order_id
        ) as owner_rank,
        row_number() over (
            partition by reports.source, owners.order_id
            order by {{ seconds_apart('reports', 'owners') }}, reports.order_id
        ) as report_rank

    from reports

    inner join owners
        on reports.customer_id = owners.customer_id

    left join number_links
        on reports.order_id = number_links.report_id

    left join reported_by_number
        on
            owners.order_id = reported_by_number.order_id
            and reports.source = reported_by_number.source

    where
        number_links.report_id is null
        and reported_by_number.order_id is null
        and {{ shows_order_amount('reports', 'owners') }}
        and {{ days_apart('reports', 'owners') }} <= {{ var('order_amount_link_days', 1) }}

),

-- One report of a system for one order: each must be the other's nearest in time.
amount_links as (

    select
        report_id,
        order_id,
        'customer_amount_day' as link_rule

    from amount_candidates

    where owner_rank = 1 and report_rank = 1

)

select * from owner_links

union all

select * from number_links

union all

select * from amount_links
