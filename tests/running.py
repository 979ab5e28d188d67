"""For the tests of commands: how a run ended, and what it said where."""

from collections.abc import Callable
from typing import NamedTuple

SECRET = "SECRET123"  # noqa: S105  of no account anywhere
"""Stands in the environment of test files; no output may show it."""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]
