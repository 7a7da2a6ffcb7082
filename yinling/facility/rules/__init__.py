"""Pure rules of a home's day: moves of a stay, shifts and values of care, money, prepaid limits, hazards."""
