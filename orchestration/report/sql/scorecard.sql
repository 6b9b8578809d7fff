-- KPIs against their targets, the periods that matter now first.
select
    kpi,
    segment,
    period,
    period_start,
    period_end,
    target,
    actual,
    attainment,
    pace,
    forecast,
    forecast_low,
    forecast_high,
    chance_to_meet,
    objective,
    direction,
    status,
    owner
from marts.kpi_scorecard
order by
    case status when 'red' then 1 when 'amber' then 2 when 'green' then 3 else 4 end,
    period_start desc,
    kpi
limit 40
