"""Tables as journals publish them: read, and judged by the thousand.

Needs lxml; python-docx for Word documents; Dask for thousands of tables.
"""

from reanalysis.corpus.grids import Grid, html_grids, jats_grids, text_grids
from reanalysis.corpus.reading import Reading, read_grid

__all__ = ["Grid", "Reading", "html_grids", "jats_grids", "read_grid", "text_grids"]
