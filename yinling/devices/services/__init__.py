"""The verbs of the devices room."""
