"""How the platform runs on one machine: the embedded database, the supervisor and its children."""
