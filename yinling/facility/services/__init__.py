"""Verbs of the facility room: stays, care, medicines, money, safety; each the only writer of its tables."""
