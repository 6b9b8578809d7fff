-- Source x control: the vendors' own totals against what was loaded.
select
    source,
    control,
    count(*) as files,
    count(*) filter (where is_reconciled) as reconciled,
    sum(stated)::double as stated,
    sum(computed)::double as computed
from marts.reconciliation
group by all
order by source, control
