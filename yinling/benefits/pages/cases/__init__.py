"""Pages of cases: the desks, the counter, the district's approval, the person and the family."""
