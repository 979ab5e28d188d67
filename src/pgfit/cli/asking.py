"""Where `pgfit audit` gets its snapshot: a server, by way of a connection string, a compose file or a container; or a file."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from ..errors import BadValue, PgfitError
from . import options as o
from .answer import Answer

if TYPE_CHECKING:
    from ..audit.record import Row, Snapshot
    from ..audit.report import Line
    from ..checks.audited import Audited
    from ..checks.deployment import Deployment
    from ..inputs.address import Address
    from ..inputs.docker import Inspected

__all__ = ["Asking", "Job", "Source", "deployment", "read", "with_told"]


def read(path: Path) -> "Snapshot":
    from ..audit.record import MOST_BYTES, load  # noqa: PLC0415  only with --from

    try:
        if str(path) == "-":
            return load(sys.stdin.read(MOST_BYTES + 1), "stdin")
        with path.open(encoding="utf-8") as file:
            return load(file.read(MOST_BYTES + 1), str(path))
    except UnicodeDecodeError as error:
        raise PgfitError("it is not a text file", hint="pgfit audit --save FILE writes snapshots", place=str(path)) from error
    except OSError as error:
        raise PgfitError(f"cannot be read: {error.strerror}", place=str(path)) from error


class Source:
    """The compose file and the container that were named: where the server is, and what they say of its limits."""

    def __init__(self, compose: Path | None, service: str | None, env_files: tuple[str, ...], container: str | None) -> None:
        self.deployment: Deployment | None = None
        self.inspected: Inspected | None = None
        if service is not None and compose is None:
            raise BadValue("a service of which compose file?", hint="--compose docker-compose.yml", place="--service")
        if compose is not None:
            self.deployment = deployment(compose, service, env_files)
        if container is not None:
            from ..inputs.docker import inspect  # noqa: PLC0415  only with --container

            self.inspected = inspect(container)

    def told(self) -> "Iterator[Row]":
        if self.inspected is not None:
            from ..audit.told import by_inspection  # noqa: PLC0415  only with --container

            yield from by_inspection(self.inspected)
        if self.deployment is not None:
            from ..audit.told import by_compose  # noqa: PLC0415  only with --compose

            server = self.deployment.server
            yield from by_compose(server.limits, f"service {server.name} of {server.service.key.source.path}")

    def address(self) -> "Address | None":
        if self.inspected is not None:
            from ..inputs.address import of_container  # noqa: PLC0415  only with --container

            return of_container(self.inspected)
        if self.deployment is not None:
            from ..inputs.address import of_service  # noqa: PLC0415  only with --compose

            return of_service(self.deployment.server, self.deployment.project)
        return None


def deployment(path: Path, service: str | None, env_files: tuple[str, ...]) -> "Deployment":
    from ..checks.deployment import deployments  # noqa: PLC0415  only with --compose
    from ..inputs.compose.project import read_project  # noqa: PLC0415  as above

    found = list(deployments(read_project([str(path)], list(env_files))))
    names = [one.server.name for one in found]
    if service is not None:
        o.one_of(service, names, "--service")
        return next(one for one in found if one.server.name == service)
    if len(found) == 1:
        return found[0]
    if not found:
        raise PgfitError("no PostgreSQL server in this file", place=str(path))
    raise BadValue(f"which of {', '.join(names)}?", hint=f"--service {names[0]}", place=str(path))


class Job(NamedTuple):
    """What a snapshot is judged by."""

    deployment: "Deployment | None"
    profile: str
    connections: int | None

    def of(self, snapshot: "Snapshot") -> "Audited":
        from ..audit.budget import claims_of  # noqa: PLC0415  as in audit
        from ..audit.comparison import recommended  # noqa: PLC0415  as above
        from ..audit.running import RunningServer  # noqa: PLC0415  as above
        from ..checks.audited import Audited  # noqa: PLC0415  as above
        from ..profiles import load  # noqa: PLC0415  as above

        server, profile = RunningServer(snapshot), load(self.profile)
        return Audited(server, claims_of(server, profile), recommended(server, profile, self.connections), self.deployment)


class Asking:
    """A connection for as long as it is needed."""

    def __init__(self, dsn: str, to: "Address | None", *, ask_password: bool, seconds: float) -> None:
        from ..audit.snapshot import connect  # noqa: PLC0415  --from does not pay for the driver

        parameters: dict[str, str] = dict(to.parameters) if to is not None else {}
        if to is not None and to.password:
            parameters["password"] = to.password
        if ask_password:
            parameters["password"] = _asked()
        self.seconds = seconds
        self.connection = connect(dsn, parameters, seconds=seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.raw.close()

    def everything(self, statement_texts: bool) -> "Snapshot":  # noqa: FBT001  passed on as it was typed
        from ..audit.snapshot import take  # noqa: PLC0415  as in __init__

        return take(self.connection, seconds=self.seconds, statement_texts=statement_texts)

    def watch(self, first: "Audited", every: float, job: Job, told: "list[Row]") -> Answer:
        from ..audit.questions import LIVE  # noqa: PLC0415  only with --watch
        from ..audit.snapshot import take  # noqa: PLC0415  as above
        from ..audit.watch import Watch  # noqa: PLC0415  as above
        from .screen import refreshed  # noqa: PLC0415  as above

        watch = Watch(first.server)

        def look(width: int) -> "Iterator[Line]":
            seen = take(self.connection, seconds=self.seconds, names=LIVE)
            whole = watch.whole(job.of(with_told(seen, told)).server)
            return watch.screen(whole, job.of(whole.snapshot).claims, width)

        return refreshed(look, every)


def _asked() -> str:
    """From the terminal, unseen."""
    from getpass import getpass  # noqa: PLC0415  only with --password

    if not sys.stdin.isatty():
        hint = "without a terminal: PGPASSWORD, or ~/.pgpass"
        raise BadValue("there is no terminal to ask for the password", hint=hint, place="--password")
    return getpass("Password: ")


def with_told(snapshot: "Snapshot", told: "Iterable[Row]") -> "Snapshot":
    return snapshot._replace(rows={**snapshot.rows, "told": tuple(told)})
