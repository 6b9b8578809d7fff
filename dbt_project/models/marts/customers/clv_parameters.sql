{%- set models = {'bg_nbd': ['r', 'alpha', 'a', 'b'], 'gamma_gamma': ['p', 'q', 'v']} -%}

with

fits as (

    select * from {{ ref('int_clv_parameters') }}

    where cut = 'as_of'

),

parameters as (

    {% for model, names in models.items() -%}
    {% set is_last_model = loop.last -%}
    {% for name in names -%}
    select
        '{{ model }}' as model,
        '{{ name }}' as parameter,
        {{ model }}.{{ name }} as value,
        {{ model }}.log_likelihood as log_likelihood

    from fits

    where {{ model }} is not null
    {% if not (is_last_model and loop.last) %}
    union all
    {% endif %}
    {%- endfor %}
    {%- endfor %}

)

select * from parameters
