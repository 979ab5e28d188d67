"""What pgfit raises, and the exit codes it ends with.

PgfitError              everything a user can mend; the command line prints it and ends with 2
├── BadValue            a size, a number or a name that cannot be read
├── BadProfile          a profile with an unknown key, a wrong type or an impossible number
├── UnknownLimit        no memory limit given, and none could be found
└── DoesNotFit          the wishes need more memory than the limit, with the nearest wishes that fit
"""

from enum import IntEnum

__all__ = ["BadProfile", "BadValue", "DoesNotFit", "ExitCode", "PgfitError", "UnknownLimit", "nearest"]


class ExitCode(IntEnum):
    """How a run ended."""

    DONE = 0
    FINDINGS = 1
    BAD_INPUT = 2
    BUG = 3
    INTERRUPTED = 130


class PgfitError(Exception):
    """An error for a person: what is wrong, where it stands, what to do.

    >>> raise PgfitError("12Q is not a size", hint="write 256M or 4Gi", place="--memory")
    """

    def __init__(self, message: str, *, hint: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class BadValue(PgfitError):
    pass


class BadProfile(PgfitError):
    pass


class UnknownLimit(PgfitError):
    pass


class DoesNotFit(PgfitError):
    pass


def nearest(name: str, known: "list[str] | tuple[str, ...]") -> str:
    """The known name that `name` was probably meant to be, or ''."""
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake pays for it

    spelled = {one.lower(): one for one in known}
    found = get_close_matches(name.lower(), list(spelled), n=1, cutoff=0.6)
    return spelled[found[0]] if found else ""
