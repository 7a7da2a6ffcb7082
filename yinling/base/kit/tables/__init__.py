"""Lists of the officials' pages: sorted, filtered and paged by the database, exported and printed as a whole."""

from .columns import BatchAction, Column, Filter, contains
from .source import ListQuery, SqlSource
from .table import BoundTable, Table

__all__ = ["BatchAction", "BoundTable", "Column", "Filter", "ListQuery", "SqlSource", "Table", "contains"]
