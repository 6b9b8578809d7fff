"""The marketing report: one self-contained HTML page made from the published marts."""
