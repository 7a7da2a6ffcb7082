"""One record per person 一人一档."""
