"""What a command gives back."""

from typing import NamedTuple

from ..errors import ExitCode

__all__ = ["Answer"]


class Answer(NamedTuple):
    """Text for stdout, and how the run ends."""

    text: str
    code: ExitCode = ExitCode.DONE
