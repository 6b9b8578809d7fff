-- Where to move money, the largest moves first.
select
    channel,
    recommendation,
    reason,
    weekly_spend,
    recommended_weekly_spend,
    marginal_return,
    marginal_return_low,
    marginal_return_high,
    plan_gain,
    plan_gain_low,
    plan_gain_high
from marts.budget_recommendations
order by abs(weekly_spend_change) desc, weekly_spend desc, channel
