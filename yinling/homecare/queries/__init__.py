"""Reads of visiting care."""
