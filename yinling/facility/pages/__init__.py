"""Pages of the facility room."""
