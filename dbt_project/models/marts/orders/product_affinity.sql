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

day_products as (

    select distinct
        customer_id,
        order_date,
        product_key,
        dense_rank() over (partition by customer_id order by order_date) as purchase_number

    from order_products

    where customer_id is not null

),

-- A step is a customer's way from one day with orders to the next one.
steps as (

    select distinct
        customer_id,
        purchase_number

    from day_products

    where purchase_number > 1

),

-- What each relation counts: the occasions, and the products on either side of one.
given as (

    select
        'bought_together' as relation,
        order_id as occasion,
        product_key

    from order_products

    union all

    select
        'bought_next' as relation,
        {{ surrogate_key(['steps.customer_id', 'steps.purchase_number']) }} as occasion,
        day_products.product_key

    from steps

    inner join day_products
        on
            steps.customer_id = day_products.customer_id
            and steps.purchase_number - 1 = day_products.purchase_number

),

followed as (

    select
        relation,
        occasion,
        product_key

    from given

    where relation = 'bought_together'

    union all

    select
        'bought_next' as relation,
        {{ surrogate_key(['steps.customer_id', 'steps.purchase_number']) }} as occasion,
        day_products.product_key

    from steps

    inner join day_products
        on
            steps.customer_id = day_products.customer_id
            and steps.purchase_number = day_products.purchase_number

),

totals as (

    select
        relation,
        count(distinct occasion) as occasions

    from given

    group by relation

),

{% for side in ['given', 'followed'] -%}
{{ side }}_counts as (

    select
        relation,
        product_key,
        count(*) as occasions

    from {{ side }}

    group by relation, product_key

    -- A pair is no more frequent than its products: rarer ones need not be paired.
    having count(*) >= {{ minimum }}

),

{{ side }}_frequent as (

    select {{ side }}.*

    from {{ side }}

    inner join {{ side }}_counts
        on
            {{ side }}.relation = {{ side }}_counts.relation
            and {{ side }}.product_key = {{ side }}_counts.product_key

),

{% endfor -%}
pairs as (

    select
        given_frequent.relation,
        given_frequent.product_key,
        followed_frequent.product_key as related_product_key,
        count(*) as pair_count

    from given_frequent

    inner join followed_frequent
        on
            given_frequent.relation = followed_frequent.relation
            and given_frequent.occasion = followed_frequent.occasion
            and given_frequent.product_key != followed_frequent.product_key

    group by
        given_frequent.relation,
        given_frequent.product_key,
        followed_frequent.product_key

    having count(*) >= {{ minimum }}

),

measured as (

    select
        pairs.relation,
        pairs.product_key,
        pairs.related_product_key,
        coalesce(products.product, products.sku) as product,
        coalesce(related_products.product, related_products.sku) as related_product,
        totals.occasions,
        given_counts.occasions as product_count,
        followed_counts.occasions as related_count,
        pairs.pair_count,
        {{ safe_divide('pairs.pair_count', 'totals.occasions') }} as support,
        {{ safe_divide('pairs.pair_count', 'given_counts.occasions') }} as confidence,
        {{ safe_divide(
            'pairs.pair_count * totals.occasions',
            'given_counts.occasions * followed_counts.occasions',
        ) }} as lift

    from pairs

    inner join totals
        on pairs.relation = totals.relation

    inner join given_counts
        on
            pairs.relation = given_counts.relation
            and pairs.product_key = given_counts.product_key

    inner join followed_counts
        on
            pairs.relation = followed_counts.relation
            and pairs.related_product_key = followed_counts.product_key

    inner join {{ ref('dim_products') }} as products
        on pairs.product_key = products.product_key

    inner join {{ ref('dim_products') }} as related_products
        on pairs.related_product_key = related_products.product_key

)

select * from measured
