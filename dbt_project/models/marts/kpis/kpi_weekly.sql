{{ kpis_by_period('week') }}
