"""The seventeen registers as their departments send them."""
