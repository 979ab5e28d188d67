"""Lines with a style on a terminal: colours where it has them, plain text everywhere else."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from .answer import Answer

if TYPE_CHECKING:
    from ..audit.report import Line

__all__ = ["printed", "refreshed", "width_here"]

CODES = {"bold": "1", "red": "1;31", "yellow": "33", "green": "32", "dim": "2"}
CLEAR = "\x1b[H\x1b[2J"
WIDEST = 120


def width_here() -> int:
    return min(WIDEST, get_terminal_size().columns)


def printed(lines: "Iterable[Line]") -> str:
    coloured = _terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return "".join(
        f"\x1b[{CODES[line.style]}m{line.text}\x1b[0m\n" if coloured and line.style else f"{line.text}\n" for line in lines
    )


def refreshed(look: "Callable[[int], Iterable[Line]]", every: float) -> Answer:
    """Draw, wait, draw again, until the user has seen enough. Piped, one screen follows the other."""
    try:
        while True:
            text = printed(look(width_here()))
            sys.stdout.write((CLEAR if _terminal() else "") + text + ("" if _terminal() else "\n"))
            sys.stdout.flush()
            time.sleep(every)
    except KeyboardInterrupt:
        return Answer("")


def _terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()
