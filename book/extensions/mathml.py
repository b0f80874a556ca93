"""Write formulas as MathML, so that no page needs a script from another host."""

import re

from docutils.nodes import SkipNode
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

LONGEST = 30  # signs of a formula in a line; a longer one may be wider than a phone

_logger = logging.getLogger(__name__)


def _mathml(node, as_block):
    try:
        return tex2mathml(node.astext(), as_block=as_block)
    except MathError as error:
        _logger.warning("formula %s: %s", node.astext(), error, location=node)
        return ""


def _inline(translator, node):
    formula = _mathml(node, as_block=False)
    # no browser breaks a line within one
    if len(re.sub(r"\\[a-z]+|[\s{}]", "", node.astext())) > LONGEST:
        formula = f'<span class="math wide" tabindex="0">{formula}</span>'
    translator.body.append(formula)
    raise SkipNode


def _block(translator, node):
    translator.body.append(f'<div class="math">{_mathml(node, as_block=True)}</div>\n')
    raise SkipNode


def setup(app):
    """Register the renderer with Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
