"""PostgreSQL engine for Django that refuses any query outside a unit of work."""
