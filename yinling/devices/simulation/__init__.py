"""Homes that live, devices that fail, and the truth about both."""
