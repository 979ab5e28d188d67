"""Servers in containers of an image, by docker or podman; the clients outside their limit.

Directories have the same path inside as outside, and everything runs as the user that this process is (as an ordinary one
where it is root), so that the data can be read, copied and removed without the engine. The image's entrypoint is passed by:
it would do nothing more for data that are there.
"""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from ..errors import PgfitError
from .container import ContainerServer
from .engine import LABEL, Image, complaint
from .owned import own_name
from .place import LOADING, Limits, loading
from .programs import Programs
from .scratch import Scratch, ordinary_user, writing
from .signals import undisturbed

__all__ = ["Containers"]

LEAST = {"shared_buffers": "1MB", "max_connections": "5"}
"""For a server that only has to start."""


class Containers:
    """A place for an image's servers. Their files are on the disk that `directory` is on."""

    own_shm = True

    def __init__(self, image: Image, limits: Limits, directory: Path, device: str = "", client: Path | None = None) -> None:
        """`client` is where psql and pgbench are; the image's own run in a container without limits where that is None."""
        self.image, self.engine, self.limits, self.device = image, image.engine, limits, device
        self.engine.sweep()
        self.user = ordinary_user()
        self.scratch = Scratch(directory, self.user)
        self.servers: dict[str, ContainerServer] = {}
        try:
            self._prepare(client)
        except BaseException:
            self.remove()
            raise
        self.what = f"{self.engine.name}, PostgreSQL {image.major} ({image.name})"

    def _prepare(self, client: Path | None) -> None:
        if "," in str(self.scratch.root):
            raise PgfitError(f"{self.engine.name} takes no directory with a comma", place="--directory")
        self.passwd = self.scratch.root / "passwd"
        with writing(self.scratch.root):
            self.passwd.write_text(f"postgres:x:{self.ids[0]}:{self.ids[1]}::{self.scratch.root}:/bin/sh\n")
            self.passwd.chmod(0o644)
        where, within = client or Path(), ""
        if client is None:
            within = self.run("client", ["-i", "--stop-signal", "SIGKILL", "--user", f"{os.getuid()}:{os.getgid()}"], "cat")
        self.programs = Programs(where, self.image.major, where, "")
        self.within = within

    @property
    def ids(self) -> tuple[int, int]:
        return (self.user.pw_uid, self.user.pw_gid) if self.user else (os.getuid(), os.getgid())

    def run(self, name: str, options: Sequence[str], program: str, *arguments: str, wait: bool = False) -> str:
        """Start a container of the image without a network, and give its id. Raises PgfitError.

        The name may be taken: what is done to the container is done to its id, lest it be done to somebody else's.
        """
        root, sockets = self.scratch.root, self.scratch.sockets
        words = ["run", "--rm" if wait else "-d", "--name", own_name(name), "--label", LABEL]
        words += ["--network", "none", "--log-driver", "json-file"]
        words += ["--security-opt", "label=disable"]  # SELinux keeps containers from a user's files
        words += ["--userns", "keep-id" if self.engine.rootless else "host"]
        words += [word for one in (root, sockets) for word in ("--mount", f"type=bind,source={one},target={one}")]
        words += ["--mount", f"type=bind,source={self.passwd},target=/etc/passwd,readonly"]  # initdb wants a name
        words += [*options, "--entrypoint", program, self.image.name, *arguments]
        done = self.engine.ask(*words, cwd=root)
        if done.returncode:
            elsewhere = "does not exist" in done.stderr and str(root) in done.stderr
            hint = "does it run outside of the container that pgfit is in? Then it cannot be used" if elsewhere else ""
            raise PgfitError(f"{self.engine.name} run: {complaint(done.stderr)}", hint=hint)
        return done.stdout.strip()

    def load(self, scale: int, scripts: Sequence[str]) -> None:
        data = self.scratch.template
        with writing(self.scratch.root):
            data.mkdir(mode=0o700, exist_ok=True)
            if self.user:
                os.chown(data, *self.ids)
        initdb = ["-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C"]
        self.run("initdb", ["--user", f"{self.ids[0]}:{self.ids[1]}"], "initdb", *initdb, wait=True)
        with writing(self.scratch.root):
            (data / "postgresql.conf").write_text("")  # the settings come as arguments, and nothing beside them
        server = ContainerServer(self, data)
        self.servers["template"] = server
        with loading(server):
            server.start(LEAST, self.limits)  # whether the limits hold is better known before an hour of loading
            server.start_unlimited(LOADING)
            server.client.load(scale, scripts)

    def server(self, name: str) -> ContainerServer:
        self.servers[name] = ContainerServer(self, self.scratch.copy(name))
        return self.servers[name]

    def remove(self) -> None:
        with undisturbed(), contextlib.ExitStack() as last:
            last.callback(self.scratch.remove)
            with contextlib.suppress(PgfitError):  # an engine that has gone away: the next trial sweeps
                self.engine.remove_own()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
