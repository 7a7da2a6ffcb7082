"""Pages of visiting care: the day's route and list, calls, the rate, one person; the form at the door, also without signal."""
