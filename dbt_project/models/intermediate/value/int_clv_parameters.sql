with

histories as (

    select * from {{ ref('int_customer_histories') }}

),

-- Fits read groups of customers alike, in one order: sums of floats depend on it.
purchase_groups as (

    select
        cut,
        frequency,
        recency_days,
        age_days,
        count(*) as customers

    from histories

    group by cut, frequency, recency_days, age_days

),

purchase_lists as (

    select
        cut,
        {%- for column in ['frequency', 'recency_days', 'age_days', 'customers'] %}
        list({{ column }} order by frequency, recency_days, age_days) as {{ column }},
        {%- endfor %}
        sum(customers) filter (where frequency > 0) as repeat_buyers

    from purchase_groups

    group by cut

),

-- Purchases that were refunded or given away leave nothing for a model of positive amounts.
spend_groups as (

    select
        cut,
        frequency,
        monetary_value,
        count(*) as customers

    from histories

    where
        frequency > 0
        and monetary_value > 0

    group by cut, frequency, monetary_value

),

spend_lists as (

    select
        cut,
        sum(customers) as repeat_buyers,
        list(frequency order by frequency, monetary_value) as frequency,
        list(cast(monetary_value as double) order by frequency, monetary_value) as mean_spend,
        list(customers order by frequency, monetary_value) as customers

    from spend_groups

    group by cut

),

fitted as (

    select
        purchase_lists.cut,
        fit_bg_nbd(
            purchase_lists.frequency,
            purchase_lists.recency_days,
            purchase_lists.age_days,
            purchase_lists.customers
        ) as bg_nbd,
        case
            when spend_lists.repeat_buyers >= {{ var('clv_minimum_repeat_buyers') }}
                then fit_gamma_gamma(
                    spend_lists.frequency, spend_lists.mean_spend, spend_lists.customers
                )
        end as gamma_gamma

    from purchase_lists

    left join spend_lists
        on purchase_lists.cut = spend_lists.cut

    where purchase_lists.repeat_buyers >= {{ var('clv_minimum_repeat_buyers') }}

)

select * from fitted
