"""What changed between two looks at a server: a screen that refreshes itself."""

from collections.abc import Iterator

from ..model import Known, Unknown
from ..units import human
from .budget import Claims
from .report import Line
from .report import memory as memory_lines
from .running import RunningServer

__all__ = ["Watch"]


class Watch:
    """Remembers the look before, and the most sessions and memory seen."""

    def __init__(self, first: RunningServer) -> None:
        self.settings = first.snapshot
        self.before: RunningServer | None = None
        self.most_sessions = 0
        self.most_held = 0

    def whole(self, look: RunningServer) -> RunningServer:
        """A look asks only what changes; the rest stays as it was at first."""
        rows = {**self.settings.rows, **look.snapshot.rows}
        return RunningServer(look.snapshot._replace(rows=rows, missing={**self.settings.missing, **look.snapshot.missing}))

    def screen(self, server: RunningServer, claims: Claims | Unknown, width: int) -> Iterator[Line]:
        yield Line(
            f"{server.snapshot.taken_at}  PostgreSQL {server.major} at {server.snapshot.server.get('host') or 'local'}", "bold"
        )
        yield from memory_lines(server, claims, width, brief=True)
        split = server.container.split
        self.most_sessions = max(self.most_sessions, server.sessions or 0)
        self.most_held = max(self.most_held, split.held if split else 0)
        yield Line("")
        allowed = server.number("max_connections")
        told = f"{server.sessions if server.sessions is not None else '?'}" + (f" of {allowed:.0f}" if allowed else "")
        yield Line(f"  sessions      {told}, at most {self.most_sessions} while watching")
        if split is not None:
            limit = f" of {human(server.memory.value)}" if isinstance(server.memory, Known) else ""
            yield Line(f"  held memory   {human(split.held)}{limit}, at most {human(self.most_held)} while watching")
        for name, question, column, size in (
            ("temp files", "databases", "temp_bytes", True),
            ("commits", "databases", "commits", False),
            ("requested checkpoints", "checkpoints", "requested", False),
        ):
            if (rate := self._rate(server, question, column)) is not None:
                yield Line(f"  {name:<13} {human(rate) if size else f'{rate:.1f}'} a second")
        yield from self._throttled(server)
        self.before = server

    def _seconds(self, server: RunningServer) -> float:
        return server.now - self.before.now if self.before is not None else 0.0

    def _rate(self, server: RunningServer, question: str, column: str) -> float | None:
        """Per second, since the look before; None where the server restarted or nothing is known."""
        now, before = server.count(question, column), self.before.count(question, column) if self.before else None
        if now is None or before is None or now < before or self._seconds(server) <= 0:
            return None
        return (now - before) / self._seconds(server)

    def _throttled(self, server: RunningServer) -> Iterator[Line]:
        now, before = server.container.throttling, self.before.container.throttling if self.before else None
        if now is not None and before is not None and now[1] > before[1]:
            share = 100 * (now[0] - before[0]) / (now[1] - before[1])
            yield Line(f"  throttled     {share:.0f}% of the periods since the look before", "yellow" if share > 10 else "")
