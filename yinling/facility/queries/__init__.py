"""Reads of the facility room within the running scope."""
