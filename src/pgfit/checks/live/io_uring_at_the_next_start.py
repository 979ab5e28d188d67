"""io_method = io_uring waits for the next start, and this container forbids it.

Docker's default seccomp profile blocks io_uring, and a kernel may have it switched off. The server runs now, with
another method; once it stops, after a crash in some night too, it does not start again.

Fails:
    files:
      /proc/self/status: "Seccomp: 2"
    settings:
      io_method: worker
    file_settings:
    - file: /data/postgresql.auto.conf
      line: 3
      number: 9
      name: io_method
      applied: false
      error: setting could not be applied
      value: io_uring

Passes:
    files:
      /proc/self/status: "Seccomp: 0"
    settings:
      io_method: worker
    file_settings:
    - file: /data/postgresql.auto.conf
      line: 3
      number: 9
      name: io_method
      applied: false
      error: setting could not be applied
      value: io_uring
"""

from collections.abc import Iterator

from ..audited import Audited
from ..filed import by_flag, lines_of, winners
from ..finding import CERTAIN, ERROR, LIKELY, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "io-uring-at-the-next-start"
SEVERITY = ERROR
LINK = "https://docs.docker.com/engine/security/seccomp/"

DISABLED = "/proc/sys/kernel/io_uring_disabled"
FOR_ALL = "2"
"""1 leaves it to a group of the kernel's, which the server may be in."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    running, line = server.settings.get("io_method"), winners(lines_of(server)).get("io_method")
    if running is None or running.value in {None, "io_uring"} or by_flag(running) or line is None or line.text != "io_uring":
        return  # where it runs already, it is allowed
    disabled = server.container.texts.get(DISABLED, "").strip() == FOR_ALL
    if not disabled and server.container.seccomp is not True:
        return
    why = f"{DISABLED} is {FOR_ALL}" if disabled else "system calls are filtered (seccomp)"
    yield audited.finding(
        ID,
        SEVERITY,
        f"io_method io_uring ({line.place}) waits for the next start, and {why}: the server may not start then",
        cure="ALTER SYSTEM RESET io_method;" if line.is_auto else f"io_method = {running.shown} in {line.place}",
        where="io_method",
        evidence={"running": running.shown, "waiting": line.text, "disabled": disabled},
        confidence=CERTAIN if disabled else LIKELY,
    )
