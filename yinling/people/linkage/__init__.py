"""Linkage 关联比对: which records are one person, by dated weights that anybody can read; DuckDB does the work."""
