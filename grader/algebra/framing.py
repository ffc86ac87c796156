r"""What stands around an expression, not in it: \[…\], $…$, \begin{aligned}…\end{aligned}, a full stop."""

from __future__ import annotations

import re

from grader.algebra.tree import ParseError

MAX_FRAMES = 4
FRAME = re.compile(
    r"(?P<opening>\s*(?:\\\[|\\\(|\$\$?|\\begin\s*\{(?P<environment>aligned|align\*?|split|gathered|equation\*?)\}))"
    r"(?P<inside>.*?)"
    r"(?P<closing>(?:\\\]|\\\)|\$\$?|\\end\s*\{(?:aligned|align\*?|split|gathered|equation\*?)\})\s*)",
    re.DOTALL,
)
CASES = re.compile(r"\\begin\s*\{(?:d?cases|array)\}.*?\\end\s*\{(?:d?cases|array)\}", re.DOTALL)
STOP = re.compile(r"(?<=[A-Za-z0-9)}\]$])\s*\.\s*\Z")
# A break within an expression stands after or before one of these.
GOES_ON = re.compile(r"[-+*/^(\[,<>=&|×·−]\s*\Z")
GOES_ON_WITH = re.compile(r"\s*[-+*/^)\],<>=&|×·−]|\s*\Z")


def unframed(text: str) -> str:
    r"""Blank out what frames LaTeX, so that every place in the text stays where it is.

    Raises
    ------
    ParseError
        Where the frame holds several lines.

    Examples
    --------
    >>> unframed(r"\[z-y.\]")
    '  z-y   '
    """
    for _ in range(MAX_FRAMES):
        text = STOP.sub(lambda match: " " * len(match.group()), text)
        frame = FRAME.fullmatch(text)
        if frame is None:
            return text
        inside = frame["inside"]
        several = CASES.sub(lambda match: " " * len(match.group()), inside).find(r"\\")
        if several >= 0 and inside[several + 2 :].strip():
            hint = "Give the last line alone."
            raise ParseError("One expression is asked, and this has lines.", frame.start("inside") + several, hint)
        if several >= 0:
            inside = inside[:several] + "  " + inside[several + 2 :]
        text = " " * len(frame["opening"]) + inside + " " * len(frame["closing"])
    return text


def check_breaks(text: str) -> None:
    """Refuse a line break that would be read as a product: two lines are two expressions."""
    for match in re.finditer(r"\n", text.strip()):
        start = len(text) - len(text.lstrip()) + match.start()
        before, after = text[:start], text[start + 1 :]
        if before.strip() and not GOES_ON.search(before) and not GOES_ON_WITH.match(after):
            raise ParseError("One expression is asked, and this has lines.", start, "Give the last line alone.")
