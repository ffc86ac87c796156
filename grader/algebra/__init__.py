"""Expressions of a derivation: read, shown, compared by exact proof.

Reading and showing need no algebra and are what the web imports; everything else is imported from its module.
"""

from grader.algebra.parser import parse
from grader.algebra.printing import Preview, preview, to_latex
from grader.algebra.tree import ParseError, Symbols

__all__ = ["ParseError", "Preview", "Symbols", "parse", "preview", "to_latex"]
