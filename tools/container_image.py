"""A container image of the official one's contract, and compose files brought up with it by podman.

    python tools/container_image.py [MAJOR]       builds localhost/library/postgres:MAJOR

Where podman has the official image, that is used. Where it can pull none, the image is made of this machine's own
shell and libraries and of a server from fetch_servers.py: arguments that begin with `-` get `postgres` in front,
POSTGRES_PASSWORD is needed for an empty data directory, and the server runs as the user postgres.
"""

import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from real_server import installed

__all__ = ["Project", "image", "unavailable"]

OFFICIAL = "docker.io/library/postgres:{}"
BUILT = "localhost/library/postgres:{}"
PROGRAMS = ("bash", "cat", "chown", "id", "mkdir", "setpriv", "sh")
HOME = "/usr/local/pgsql"
VOLUME = "/var/lib/postgresql"
ENTRYPOINT = """#!/bin/bash
set -e
if [ "${1:0:1}" = '-' ]; then set -- postgres "$@"; fi
if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown postgres "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi
if [ "$1" = postgres ] && [ ! -e "$PGDATA/PG_VERSION" ]; then
  [ -n "$POSTGRES_PASSWORD" ] || { echo 'Error: POSTGRES_PASSWORD is not set' >&2; exit 1; }
  initdb -D "$PGDATA" -U "${POSTGRES_USER:-postgres}" --no-sync --locale=C --encoding=UTF8 --pwfile=<(echo "$POSTGRES_PASSWORD")
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
fi
exec "$@"
"""
SETTINGS = (
    f"ENV PATH={HOME}/bin:/usr/bin:/bin",
    f"ENV LD_LIBRARY_PATH={HOME}/lib",
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    'CMD ["postgres"]',
    "STOPSIGNAL SIGINT",
)


def unavailable() -> str:
    """Why no container can be run here from a compose file; '' if one can."""
    if os.getuid() != 0:
        return "only root's podman sets limits everywhere"
    if shutil.which("podman") is None:
        return "podman is not installed"
    if _runtime() is None:
        return "podman has neither crun nor runc to run containers with"
    if find_spec("podman_compose") is None:
        return "podman-compose is not installed"
    return ""


def _runtime() -> str | None:
    return next((name for name in ("crun", "runc") if shutil.which(name)), None)


@cache
def _environment() -> dict[str, str]:
    """podman is told which runtime to take, and not to raise limits of its own, which not every machine allows."""
    handle, name = tempfile.mkstemp(prefix="pgfit-containers-", suffix=".conf")
    with os.fdopen(handle, "w") as file:
        file.write(f'[containers]\ndefault_ulimits = []\n[engine]\nruntime = "{_runtime()}"\n')
    atexit.register(Path(name).unlink, missing_ok=True)
    return {**os.environ, "CONTAINERS_CONF": name}


def podman(*arguments: str, check: bool = True) -> str:
    """What podman prints. Raises RuntimeError with its complaint."""
    done = subprocess.run(["podman", *arguments], env=_environment(), capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"podman {' '.join(arguments[:2])}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def image(major: int) -> str:
    """The name of one that is here: the official one, one built before, or now. Raises LookupError where there is no server."""
    here = (name for one in (OFFICIAL, BUILT) if podman("images", "--quiet", name := one.format(major)).strip())
    return next(here, "") or build(major)


def build(major: int) -> str:
    """Make the image of what this machine has. Raises LookupError where there is no server of this major."""
    if major not in installed():
        raise LookupError(f"no PostgreSQL {major} here: python tools/fetch_servers.py fetches it")
    name = BUILT.format(major)
    with tempfile.TemporaryDirectory(prefix="pgfit-image-") as made:
        root = Path(made)
        root.chmod(0o755)
        _fill(root, installed()[major])
        with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
            subprocess.run(["tar", "-C", made, "-cf", archive.name, "."], check=True)
            below = (VOLUME, f"{VOLUME}/{major}/docker") if major >= 18 else (f"{VOLUME}/data",) * 2
            own = (f"ENV PG_MAJOR={major}", f"VOLUME {below[0]}", f"ENV PGDATA={below[1]}")
            changes = [part for change in (*SETTINGS, *own) for part in ("--change", change)]
            podman("import", *changes, archive.name, name)
    return name


def _fill(root: Path, home: Path) -> None:
    for directory in ("usr/bin", "usr/lib", "usr/lib64", "usr/local/bin", "etc", "tmp", "run", "dev", "proc", "sys", VOLUME[1:]):
        (root / directory).mkdir(parents=True, exist_ok=True)
    for directory in ("bin", "lib", "lib64"):
        (root / directory).symlink_to(f"usr/{directory}")
    (root / "tmp").chmod(0o1777)
    shutil.copytree(home, root / HOME[1:], symlinks=True, ignore=shutil.ignore_patterns("include", "doc", "man"))
    if (libraries := home.parent.parent / f"{home.parent.name}.libs").is_dir():
        shutil.copytree(libraries, root / HOME[1:] / "lib", dirs_exist_ok=True)
    programs = [Path(found).resolve() for name in PROGRAMS if (found := shutil.which(name))]
    for name, path in zip(PROGRAMS, programs, strict=True):
        shutil.copy2(path, root / "usr/bin" / name)
    own = [path for path in (home / "bin").iterdir() if path.is_file()] + list((home / "lib").glob("*.so*"))
    for library in _libraries([*programs, *own], home):
        target = root / library.lstrip("/")
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(library, target)
    if Path("/usr/share/zoneinfo").is_dir():
        shutil.copytree("/usr/share/zoneinfo", root / "usr/share/zoneinfo", symlinks=True)
    (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/bin/bash\n")
    (root / "etc/group").write_text("root:x:0:\npostgres:x:999:\n")
    entrypoint = root / "usr/local/bin/docker-entrypoint.sh"
    entrypoint.write_text(ENTRYPOINT)
    entrypoint.chmod(0o755)
    (root / "usr/bin/docker-entrypoint.sh").symlink_to("/usr/local/bin/docker-entrypoint.sh")


def _libraries(programs: list[Path], home: Path) -> set[str]:
    """What these are linked with outside the server's own directory, the dynamic loader among it."""
    environment = {**os.environ, "LD_LIBRARY_PATH": str(home / "lib")}
    done = subprocess.run(["ldd", *programs], env=environment, capture_output=True, text=True, check=False)
    found = re.findall(r"(?:=>\s+|^\s+)(/\S+)\s+\(0x", done.stdout, re.MULTILINE)
    return {path for path in found if not Path(path).resolve().is_relative_to(home.resolve())}


class Project:
    """A compose file's containers, up from `with project.up(FILE, …)` until its block ends; no volume stays."""

    def __init__(self, name: str, variables: Mapping[str, str]) -> None:
        self.name = name
        self.variables = dict(variables)
        self.volumes: list[str] = []

    def compose(self, files: tuple[Path, ...], *words: str) -> None:
        named = [part for path in files for part in ("-f", str(path))]
        done = subprocess.run(
            [sys.executable, "-m", "podman_compose", "--in-pod", "false", "-p", self.name, *named, *words],
            env={**_environment(), **self.variables},
            cwd=files[0].parent,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode:
            raise RuntimeError(f"podman-compose {words[0]}: {done.stderr.strip()[-2000:]}")

    @contextmanager
    def up(self, *files: Path) -> Iterator[dict[str, Any]]:
        """Gives what podman tells of its one container."""
        try:
            self.compose(files, "up", "-d")
            (container,) = self.containers()
            told: dict[str, Any] = json.loads(podman("inspect", container))[0]
            self.volumes = [one["Name"] for one in told["Mounts"] if one["Type"] == "volume"]
            yield told
            self.compose(files, "down", "-v")
        except BaseException as error:
            for container in self.containers():
                error.add_note(podman("logs", container, check=False)[-2000:])
            raise
        finally:
            self.remove()

    def containers(self) -> list[str]:
        return podman("ps", "-aq", "--filter", f"label=io.podman.compose.project={self.name}").split()

    def remove(self) -> None:
        """Whatever a failure left, and the volumes without a name, which compose forgets."""
        for container in self.containers():
            podman("rm", "-f", "-v", "-t", "0", container, check=False)
        for volume in self._volumes():
            podman("volume", "rm", "-f", volume, check=False)

    def _volumes(self) -> list[str]:
        named = podman("volume", "ls", "-q", "--filter", f"label=io.podman.compose.project={self.name}").split()
        return [*named, *(set(podman("volume", "ls", "-q").split()) & set(self.volumes) - set(named))]

    def left(self) -> list[str]:
        """Containers and volumes that are still there."""
        return [*self.containers(), *self._volumes()]


if __name__ == "__main__":
    reason = unavailable()
    if reason:
        sys.exit(reason)
    print(build(int(sys.argv[1]) if len(sys.argv) > 1 else 18))
