"""Wiring only: settings, address table, server entry and command line."""
