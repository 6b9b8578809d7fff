-- Source: what was loaded and how fresh it is.
select
    source,
    files_loaded,
    files_quarantined,
    rows_loaded,
    rows_rejected,
    first_event_date,
    last_event_date,
    days_behind,
    status
from marts.data_freshness
where files_loaded > 0 or files_quarantined > 0
order by files_quarantined desc, days_behind desc nulls last, source
