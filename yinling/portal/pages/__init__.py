"""Pages of the portal: the first page, the older person's and the family's, the clerk's phone, television, the tour."""
