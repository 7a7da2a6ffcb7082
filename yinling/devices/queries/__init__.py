"""Reads of the devices room, within the running scope."""
