"""Is it believable? Great Expectations suites over raw tables and marts, run in SQL on DuckDB."""
