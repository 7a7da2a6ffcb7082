"""Verbs of the people room; the only writers of its tables."""
