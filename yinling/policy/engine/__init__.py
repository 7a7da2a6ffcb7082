"""One plan for one person and for a population: a pack compiled to SQL and run by DuckDB over Arrow tables."""
