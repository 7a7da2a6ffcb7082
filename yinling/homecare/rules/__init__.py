"""Rules of visiting care: who, how often, when next, in which order."""
