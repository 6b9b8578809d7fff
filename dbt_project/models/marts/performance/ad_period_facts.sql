with

periods as (

    select * from {{ ref('int_ad_periods') }}

),

{{ ad_totals('periods', times=['period_start', 'period_end'], key='ad_period_key') }}

select * from rated
