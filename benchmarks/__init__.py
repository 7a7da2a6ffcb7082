"""Measurements: each prints what it measured, how often and on how much."""
