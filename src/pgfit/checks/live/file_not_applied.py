"""The compose file sets what does not run.

A restart keeps the old command; only `docker compose up -d` creates the container anew with the file's. Until then
file and server differ, and the next deployment changes the server as a side effect.

Fails:
    settings:
      work_mem: 4MB
    sources: {work_mem: command line}
    compose: |
      services:
        db:
          image: postgres:18
          command: postgres -c work_mem=16MB

Passes:
    settings:
      work_mem: 16MB
    sources: {work_mem: command line}
    compose: |
      services:
        db:
          image: postgres:18
          command: postgres -c work_mem=16MB
"""

from collections.abc import Iterator

from ...model import Value
from ..audited import Audited
from ..filed import same
from ..finding import WARNING, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "file-not-applied"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/cli/docker/compose/up/"


def check(audited: Audited) -> Iterator[Finding]:
    server, deployment = audited.server, audited.deployment
    if deployment is None:
        return
    from ..given import settings, stated, told  # noqa: PLC0415  an audit without a file pays for no YAML parser

    apart = []
    for given in {one.name: one for one in settings(deployment)}.values():
        value, running = stated(deployment, given.name), server.settings.get(given.name)
        if value is None or running is None or running.value is None or _derived(given.name, value):
            continue
        if not same(given.value, value, running.shown, running.value):
            apart.append(f"{told(given)} in the file, {running.shown} running ({running.place})")
    if not apart:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"{deployment.server.name}: {'; '.join(apart)}",
        cure=f"docker compose up -d {deployment.server.name}   (a restart alone keeps the old command)",
        where="server",
        evidence={"apart": len(apart)},
    )


def _derived(name: str, value: Value) -> bool:
    """-1 of settings that the server replaces by what it derives."""
    return value == -1 and name in {"wal_buffers", "io_max_concurrency", "autovacuum_work_mem"}
