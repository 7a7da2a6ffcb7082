"""Decision support 决策: the district on a map and in figures, each of which leads down to persons and papers."""
