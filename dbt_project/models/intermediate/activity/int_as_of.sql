with

activity as (

    select * from {{ ref('int_source_activity') }}

),

-- What people planned or typed may lie ahead; what was measured or sold cannot.
last_days as (

    select
        max(case when is_measured then last_date end) as last_measured_date,
        max(last_date) as last_date

    from activity

),

judged as (

    select
        {% if var('as_of', none) is not none -%}
        cast('{{ var("as_of") }}' as date) as as_of_date,
        {%- else -%}
        coalesce(last_measured_date, last_date) as as_of_date,
        {%- endif %}
        coalesce(last_measured_date, last_date) as last_data_date

    from last_days

)

select * from judged
