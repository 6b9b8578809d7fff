"""Stage 1: exports in the landing folder become typed raw tables, every row accounted for."""
