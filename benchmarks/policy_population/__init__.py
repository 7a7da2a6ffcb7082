"""The national list for a province, for four engines: the population, the rules by hand, and each engine's run."""
