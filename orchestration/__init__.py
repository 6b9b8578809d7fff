"""Wires ingestion, models and expectations into one job; the only package that imports dagster."""
