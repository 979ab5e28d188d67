"""Writing files: whole or not at all."""

import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import PgfitError

if TYPE_CHECKING:
    from ..yamltree import Source

__all__ = ["write", "write_all", "write_texts"]


def write(path: Path, text: str) -> None:
    """Replace the file with this text in one step, keeping its permissions and owner; a link stays a link.

    Raises PgfitError; the file is then as it was. A pipe or device is written to directly.
    """
    try:
        real = Path(os.path.realpath(path))
        mode = real.stat().st_mode if real.exists() else None
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(None, "it is a directory")
        if mode is not None and not stat.S_ISREG(mode):
            real.write_bytes(text.encode())
            return
        prepared = _prepared(real, text.encode())
        try:
            prepared.replace(real)
        except BaseException:
            prepared.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise PgfitError(f"cannot be written: {error.strerror}", place=str(path)) from error


def write_texts(texts: "Mapping[str, tuple[Source, str]]") -> None:
    """Files as they were read, replaced by new texts: all, or none of them. Raises PgfitError as write_all."""
    write_all({path: (source.encoded(source.text), source.encoded(text)) for path, (source, text) in texts.items()})


def write_all(files: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Replace several files, each from what was read to what it should be; none where one of them cannot be.

    Raises PgfitError for a read-only file, one that changed since it was read, and one whose owner would be lost.
    """
    prepared: dict[Path, Path] = {}
    try:
        for name, (old, new) in files.items():
            path = Path(os.path.realpath(name))
            try:
                if not os.access(path, os.W_OK) or not path.stat().st_mode & 0o222:
                    raise PgfitError("cannot be written: it is read-only", hint="chmod u+w it, if it is yours", place=name)
                prepared[path] = _prepared(path, new)
                if path.read_bytes() != old:
                    raise PgfitError("it was changed while pgfit read it", hint="run pgfit again", place=name)
            except OSError as error:
                raise PgfitError(f"cannot be written: {error.strerror}", place=name) from error
        for path, ready in prepared.items():
            ready.replace(path)
    finally:
        for ready in prepared.values():
            ready.unlink(missing_ok=True)


def _prepared(path: Path, data: bytes) -> Path:
    """A file beside it with the new content, and the old one's permissions, owner and attributes. Raises OSError."""
    old = path.stat() if path.exists() else None
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    ready = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if old is None:
            umask = os.umask(0)
            os.umask(umask)
            ready.chmod(0o666 & ~umask)
            return ready
        mine = ready.stat()
        if (mine.st_uid, mine.st_gid) != (old.st_uid, old.st_gid):
            try:
                os.chown(ready, old.st_uid, old.st_gid)
            except PermissionError:
                raise PermissionError(None, "it belongs to another user or group, which only root can keep") from None
        ready.chmod(stat.S_IMODE(old.st_mode))  # after chown, which drops setuid bits
        for attribute in os.listxattr(path):
            with suppress(OSError):  # security labels of the system's own
                os.setxattr(ready, attribute, os.getxattr(path, attribute))
    except BaseException:
        ready.unlink(missing_ok=True)
        raise
    return ready
