"""The directories of a trial: one for data, on the disk that was asked for, and a short one for sockets. Both go again."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..errors import PgfitError
from .owned import PREFIX, abandoned, own_name
from .place import NoPlace

__all__ = ["Scratch", "crash_told", "end_of", "forget", "last_line", "ordinary_user", "panic_of", "writing"]

TEMPLATE = "template"
OTHER_TEMPORARY = "TMPDIR names another"


@contextlib.contextmanager
def writing(directory: Path | str, hint: str = "--directory, on a disk with more room") -> Iterator[None]:
    """A full disk, or one that may not be written, is the user's to mend: told with the directory."""
    try:
        yield
    except OSError as error:
        many = isinstance(error, shutil.Error) and isinstance(error.args[0], list)  # copytree's: source, copy, complaint
        why = error.args[0][0][-1] if many else error.strerror or error
        raise PgfitError(f"{directory} cannot be written: {why}", hint=hint) from error


class Scratch:
    """Made for the user that the server will run as. What trials that were killed outright left here is removed first."""

    def __init__(self, directory: Path, user: pwd.struct_passwd | None) -> None:
        with writing("the directory for sockets", OTHER_TEMPORARY):
            temporary = Path(tempfile.gettempdir())
        for path in {*directory.glob(f"{PREFIX}*"), *temporary.glob(f"{PREFIX}*")}:
            if abandoned(path.name):
                shutil.rmtree(path, ignore_errors=True)
        self.made: list[Path] = []
        self.root = self._make(directory.resolve(), user, "--directory on another disk")
        self.sockets = self._make(temporary, user, OTHER_TEMPORARY)  # a socket's path may have 107 bytes

    def _make(self, parent: Path, user: pwd.struct_passwd | None, hint: str) -> Path:
        try:
            with writing(parent, hint):
                path = Path(tempfile.mkdtemp(prefix=own_name(), dir=parent))
                self.made.append(path)
                path.chmod(0o755)
                if user:
                    os.chown(path, user.pw_uid, user.pw_gid)
        except PgfitError:
            self.remove()
            raise
        return path

    @property
    def template(self) -> Path:
        """Where the data are loaded."""
        return self.root / TEMPLATE

    def copy(self, name: str) -> Path:
        """Of the loaded data. Raises PgfitError."""
        data = self.root / name
        command = ["cp", "-a", "--reflink=auto", str(self.template), str(data)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            hint = "--directory, on a disk with more room"
            raise PgfitError(f"the data cannot be copied: {last_line(done.stderr)}", hint=hint)
        return data

    def remove(self) -> None:
        for path in self.made:
            shutil.rmtree(path, ignore_errors=True)


def ordinary_user() -> pwd.struct_passwd | None:
    """Whom the server runs as where we are root, whom PostgreSQL refuses; None where we are not."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPlace("PostgreSQL refuses to run as root, and there is no user postgres or nobody", hint="run it as another user")


def forget(data: Path) -> None:
    """Drop the data from the page cache: pages that another cgroup paid for would be free for this one."""
    for path in _files(data):
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fdatasync(handle)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)


def last_line(text: str) -> str:
    """Of what a program said before it failed."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip()[-500:] if lines else "no reason given"


def end_of(log: Sequence[str]) -> str:
    """Of a server's log: its last complaint, or its last line."""
    fatal = [line for line in log if "FATAL" in line or "PANIC" in line]
    return " ".join((fatal or log)[-1:])[-500:]


@contextlib.contextmanager
def crash_told(log: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Around what is asked of a server: its own crash says more than what its client heard."""
    try:
        yield
    except PgfitError as error:
        raise PgfitError(panic_of(log()) or error.message) from error


def panic_of(log: Sequence[str]) -> str:
    """What made the server crash, if something of its own did: a full disk, mostly."""
    found = [line for line in log if "PANIC:" in line]
    return f"the server crashed: {found[0].partition('PANIC:')[2].strip()}"[:500] if found else ""


def _files(directory: Path) -> Iterator[str]:
    for parent, _, names in os.walk(directory):
        yield from (os.path.join(parent, name) for name in names)  # noqa: PTH118  thousands of files
