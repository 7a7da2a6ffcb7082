"""Pure rules of the people room: what a cell means, what is wrong with it, how a name is found."""
