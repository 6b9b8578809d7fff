{%- set minimum = var('affinity_minimum_count') -%}

with

as_of as (

    select as_of_date from {{ ref('int_as_of') }}

),

-- Amounts and quantities do not matter: a product is in an order or not.
order_products as (

    select distinct
        orders.order_id,
        orders.customer_id,
        orders.order_date,
        lines.product_key

    from {{ ref('fct_orders') }} as orders

    inner join {{ ref('fct_order_lines') }} as lines
        on orders.order_id = lines.order_id

    inner join as_of
        on orders.order_date <= as_of.as_of_date

    where
        orders.is_revenue
        and lines.product_key is not null

),

-- A step is a customer's way from one day with orders to the next one.
purchase_days as (

    select
        customer_id,
        order_date,
        row_number() over (partition by customer_id order by order_date) as purchase_number,
        count(*) over (partition by customer_id) as purchases

    from order_products

    where customer_id is not null

    group by customer_id, order_date

),

day_products as (

    select distinct
        purchase_days.customer_id,
        purchase_days.purchase_number,
        purchase_days.purchases,
        order_products.product_key

    from order_products

    inner join purchase_days
        on
            order_products.customer_id = purchase_days.customer_id
            and order_products.order_date = purchase_days.order_date

),

-- The occasions of a relation: orders, or steps.
totals as (

    select
        'bought_together' as relation,
        count(distinct order_id) as occasions

    from order_products

    union all

    select
        'bought_next' as relation,
        count(*) as occasions

    from purchase_days

    where purchase_number > 1

),

counts as (

    select
        'bought_together' as relation,
        product_key,
        count(*) as given_count,
        count(*) as followed_count

    from order_products

    group by product_key

    union all

    select
        'bought_next' as relation,
        product_key,
        sum(case when purchase_number < purchases then 1 else 0 end) as given_count,
        sum(case when purchase_number > 1 then 1 else 0 end) as followed_count

    from day_products

    group by product_key

),

-- A pair is no more frequent than its products: rarer ones need not be paired.
{% for relation, products in {
    'bought_together': 'order_products', 'bought_next': 'day_products'
}.items() -%}
{{ relation }} as (

    select
        given.product_key,
        followed.product_key as related_product_key,
        count(*) as pair_count

    from {{ products }} as given

    inner join {{ products }} as followed
        on
            {%- if relation == 'bought_together' %}
            given.order_id = followed.order_id
            {%- else %}
            given.customer_id = followed.customer_id
            and given.purchase_number + 1 = followed.purchase_number
            {%- endif %}
            and given.product_key != followed.product_key

    inner join counts as given_counts
        on
            given.product_key = given_counts.product_key
            and given_counts.relation = '{{ relation }}'
            and given_counts.given_count >= {{ minimum }}

    inner join counts as followed_counts
        on
            followed.product_key = followed_counts.product_key
            and followed_counts.relation = '{{ relation }}'
            and followed_counts.followed_count >= {{ minimum }}

    group by
        given.product_key,
        followed.product_key

    having count(*) >= {{ minimum }}

),

{% endfor -%}
pairs as (

    select
        'bought_together' as relation,
        *

    from bought_together

    union all

    select
        'bought_next' as relation,
        *

    from bought_next

),

measured as (

    select
        pairs.relation,
        pairs.product_key,
        pairs.related_product_key,
        coalesce(products.product, products.sku) as product,
        coalesce(related_products.product, related_products.sku) as related_product,
        totals.occasions,
        cast(given_counts.given_count as bigint) as product_count,
        cast(followed_counts.followed_count as bigint) as related_count,
        pairs.pair_count,
        {{ safe_divide('pairs.pair_count', 'totals.occasions') }} as support,
        {{ safe_divide('pairs.pair_count', 'given_counts.given_count') }} as confidence,
        {{ safe_divide(
            'pairs.pair_count * totals.occasions',
            'given_counts.given_count * followed_counts.followed_count',
        ) }} as lift

    from pairs

    inner join totals
        on pairs.relation = totals.relation

    inner join counts as given_counts
        on
            pairs.relation = given_counts.relation
            and pairs.product_key = given_counts.product_key

    inner join counts as followed_counts
        on
            pairs.relation = followed_counts.relation
            and pairs.related_product_key = followed_counts.product_key

    inner join {{ ref('dim_products') }} as products
        on pairs.product_key = products.product_key

    inner join {{ ref('dim_products') }} as related_products
        on pairs.related_product_key = related_products.product_key

)

select * from measured
