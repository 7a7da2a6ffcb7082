"""Pages of the people room: imports, search and the person page, questions to clerks."""
