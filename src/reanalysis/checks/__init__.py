"""Audit any printed table: what agrees, what does not, what cannot be checked.

`read_table` reads a table as people have it, `audit` checks every cell, every row and
the whole. Nothing here knows where a table comes from.
"""

from reanalysis.checks.auditing import Audit, audit
from reanalysis.checks.reading import read_table
from reanalysis.checks.table import Cell, Row, Table

__all__ = ["Audit", "Cell", "Row", "Table", "audit", "read_table"]
