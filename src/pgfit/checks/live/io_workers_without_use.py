"""io_workers is set, but io_method does not use workers.

With io_method = sync or io_uring no I/O worker is started: the setting does nothing, and whoever wrote it expected
something else.

Fails:
    settings:
      io_method: sync
      io_workers: 8

Passes:
    settings:
      io_method: worker
      io_workers: 8
"""

from collections.abc import Iterator

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "io-workers-without-use"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-IO-WORKERS"


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    method, workers = server.value("io_method"), server.settings.get("io_workers")
    if not isinstance(method, str) or method == "worker" or workers is None or not workers.chosen:
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"io_workers is {workers.shown}, but io_method is {method}: it has no effect",
        cure="ALTER SYSTEM RESET io_workers;, or io_method = worker",
        where="io_workers",
        evidence={"io_workers": workers.shown, "io_method": method},
    )
