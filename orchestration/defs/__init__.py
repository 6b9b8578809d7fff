"""What Dagster shows and runs, one module per stage of the data flow."""
