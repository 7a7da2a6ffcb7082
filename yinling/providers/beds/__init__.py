"""Beds of homes: the map, who has which bed, planned moves, and the codes on the beds."""
