"""Journeys: one person's story through every room, in code."""
