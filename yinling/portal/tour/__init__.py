"""The tour: ten steps in which something happens for real; which are done is read from the data, never remembered."""
