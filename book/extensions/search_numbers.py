"""Let a search find numbers: a reader who types 54% or 22.3 wants just these.

Sphinx cuts words at every sign, so that 22.3 becomes 22 and 3, and it drops digits.
"""

import re

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

NUMBER = r"\d+(?:[.,]\d+)*%?"
# The theme's own script cuts the question; it does so as the index was cut.
SPLIT = r"""
var splitQuery = (query) => query.match(
  /\d+(?:[.,]\d+)*%?|[\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu) || [];
"""


class SearchEnglishAndNumbers(SearchEnglish):
    """English words, and numbers whole."""

    _word_re = re.compile(rf"{NUMBER}|\w+")
    js_splitter_code = SPLIT


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_search_language(SearchEnglishAndNumbers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
