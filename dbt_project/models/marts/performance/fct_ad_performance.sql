with

days as (

    select * from {{ ref('int_ad_days') }}

),

{{ ad_totals('days', times=['delivered_date'], key='ad_day_key') }}

select * from rated
