"""A verdict explained for the person and for the auditor, worked out by the same plan as the verdict itself."""
