"""Writing a file: whole or not at all."""

import os
import stat
import tempfile
from pathlib import Path

from ..errors import PgfitError

__all__ = ["write"]


def write(path: Path, text: str) -> None:
    """Replace the file with this text in one step, keeping its permissions; a link stays a link.

    Raises PgfitError; the file is then as it was. A pipe or device is written to directly.
    """
    try:
        _write(Path(os.path.realpath(path)), text.encode())
    except OSError as error:
        raise PgfitError(f"cannot be written: {error.strerror}", place=str(path)) from error


def _write(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode if path.exists() else None
    if mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        path.write_bytes(data)
        return
    if mode is not None and stat.S_ISDIR(mode):
        raise IsADirectoryError(None, "it is a directory")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(stat.S_IMODE(mode) if mode is not None else 0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
