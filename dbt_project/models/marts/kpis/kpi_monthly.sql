{{ kpis_by_period('month') }}
