"""Reads of the people room; all of them run inside the caller's unit of work, so its scope decides what they see."""
