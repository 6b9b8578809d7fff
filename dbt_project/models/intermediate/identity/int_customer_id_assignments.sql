{#-
A log, never rebuilt: it is the only memory of which customer had which id. A run adds the records
whose id is new or another than before; a run without changes adds nothing.
-#}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
) }}

with

records as (

    select
        *,
        coalesce(first_seen_at, timestamp '9999-12-31') as seen_from

    from {{ ref('int_identity_components') }}

    where is_customer

),

{% if is_incremental() -%}
history as (

    select * from {{ this }}

),
{%- else -%}
history as (

    select
        record_key,
        cast(null as string) as customer_id,
        cast(null as bigint) as assignment_number,
        cast(null as timestamp) as assigned_at

    from records

    where false

),
{%- endif %}

latest as (

    select
        record_key,
        max_by(customer_id, assignment_number) as customer_id,
        max(assignment_number) as assignment_number

    from history

    group by record_key

),

issued as (

    select
        customer_id,
        min(assigned_at) as issued_at

    from history

    group by customer_id

),

-- How much of each id's records came into which component.
parts as (

    select
        records.component,
        latest.customer_id,
        count(*) as records,
        min({{ ordering_pair('records.seen_from', 'records.record_key') }}) as earliest_record

    from records

    inner join latest
        on records.record_key = latest.record_key

    group by records.component, latest.customer_id

),

ranked_parts as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by records desc, earliest_record
        ) as part_rank

    from parts

),

oldest_ids as (

    select
        ranked_parts.component,
        ranked_parts.customer_id,
        row_number() over (
            partition by ranked_parts.component
            order by issued.issued_at, ranked_parts.earliest_record, ranked_parts.customer_id
        ) as id_rank

    from ranked_parts

    inner join issued
        on ranked_parts.customer_id = issued.customer_id

    where ranked_parts.part_rank = 1

),

-- A record that names a customer a second time names a second one: its number is part of the id.
founders as (

    select
        component,
        min_by(
            {{ surrogate_key(['records.record_key', 'coalesce(latest.assignment_number, 0)']) }},
            {{ ordering_pair('records.seen_from', 'records.record_key') }}
        ) as new_customer_id

    from records

    left join latest
        on records.record_key = latest.record_key

    group by component

),

identified as (

    select
        founders.component,
        coalesce(oldest_ids.customer_id, founders.new_customer_id) as customer_id,
        oldest_ids.customer_id is null as is_new

    from founders

    left join oldest_ids
        on
            founders.component = oldest_ids.component
            and oldest_ids.id_rank = 1

),

kept_ids as (

    select customer_id from identified where not is_new

),

assigned as (

    select
        records.record_key,
        identified.customer_id,
        latest.customer_id as previous_customer_id,
        case
            when latest.customer_id is null then 'assigned'
            when identified.is_new or kept_ids.customer_id is not null then 'split'
            else 'merged'
        end as change,
        coalesce(latest.assignment_number, 0) + 1 as assignment_number,
        '{{ invocation_id }}' as assigned_in_run,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp) as assigned_at

    from records

    inner join identified
        on records.component = identified.component

    left join latest
        on records.record_key = latest.record_key

    left join kept_ids
        on latest.customer_id = kept_ids.customer_id

    where identified.customer_id is distinct from latest.customer_id

)

select * from assigned
