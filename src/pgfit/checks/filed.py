"""Rows of pg_file_settings: which file, which line."""

from pathlib import PurePosixPath

from ..audit.record import Row

__all__ = ["is_auto", "place"]


def is_auto(row: Row) -> bool:
    """Whether ALTER SYSTEM wrote it."""
    return str(row.get("file")).endswith("/postgresql.auto.conf")


def place(row: Row) -> str:
    return f"{PurePosixPath(str(row.get('file'))).name}:{row.get('line')}"
