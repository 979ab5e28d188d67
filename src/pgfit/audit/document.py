"""An audit as data: what --format json prints beside the findings. Sizes in bytes, spans in seconds, None where unknown."""

from collections.abc import Sequence
from typing import Any

from ..catalog.values import print_value
from ..model import Known, Plan, Unknown
from .budget import Claims
from .comparison import Difference, forced_checkpoints, spills
from .running import RunningServer

__all__ = ["as_document"]

SCHEMA = 1
"""Raised when a key changes its meaning or goes away; docs/audit.schema.json describes it."""


def as_document(
    server: RunningServer, claims: Claims | Unknown, plan: Plan | Unknown, differences: Sequence[Difference]
) -> dict[str, Any]:
    snapshot = server.snapshot
    number = snapshot.version_num
    return {
        "schema": SCHEMA,
        "server": {
            **snapshot.server,
            "version": f"{number // 10000}.{number % 10000}",
            "taken_at": snapshot.taken_at,
            "milliseconds": round(snapshot.milliseconds, 1),
            "standby": server.standby,
            "superuser": server.superuser,
            "pooled": snapshot.pooled,
            "managed": server.managed,
            "uptime": server.uptime,
        },
        "limits": {"memory": _fact(server.memory), "cpus": _fact(server.cpus), "shm_size": server.shm_size},
        "memory": _memory(server),
        "budget": _budget(claims),
        "evidence": _evidence(server),
        "settings": [
            {"name": one.name, "value": one.shown, "source": one.source, "file": one.file, "line": one.line}
            for one in server.settings.values()
            if one.chosen or one.pending_restart
        ],
        "recommended": [
            {
                "setting": one.name,
                "running": one.running,
                "place": one.place,
                "recommended": print_value(one.value),
                "why": one.why,
                "takes": one.takes,
            }
            for one in differences
        ],
        "recommended_for": "" if isinstance(plan, Unknown) else plan.profile.name,
        "unseen": dict(snapshot.missing),
        "grants": server.grants(),
    }


def _fact(fact: Known[Any] | Unknown) -> dict[str, Any]:
    if isinstance(fact, Known):
        return {"value": fact.value, "where": fact.where}
    return {"value": None, "where": "", "why": fact.why}


def _memory(server: RunningServer) -> dict[str, Any] | None:
    box, split = server.container, server.container.split
    if split is None:
        return None
    return {
        **split._asdict(),
        "held": split.held,
        "current": box.current,
        "peak": box.peak,
        "oom_kills": box.oom_kills,
        "swap_used": box.swap_used,
        "pressure": box.pressure(),
    }


def _budget(claims: Claims | Unknown) -> dict[str, Any]:
    if isinstance(claims, Unknown):
        return {"why": claims.why}
    return {
        "worst_case": claims.worst_case,
        "idle": claims.idle,
        "fits": claims.fits,
        "static_by_model": claims.static_by_model,
        "static_by_server": claims.static_by_server,
        "per_session": claims.session + claims.query,
        "promise": claims.promise,
        "parts": [{"name": part.name, "bytes": int(part.size), "why": part.why} for part in claims.parts],
    }


def _evidence(server: RunningServer) -> dict[str, Any]:
    throttling = server.container.throttling
    return {
        "sessions": server.sessions,
        "average_sessions": server.average_sessions,
        "most_sessions": server.most_sessions,
        "temp_bytes_per_day": spills(server),
        "forced_checkpoints": forced_checkpoints(server),
        "throttled": throttling[0] / throttling[1] if throttling and throttling[1] else None,
        **{
            name: [dict(row) for row in server.rows(name)]
            for name in ("activity", "databases", "checkpoints", "wal", "slots", "statements", "spilling", "sizes")
        },
    }
