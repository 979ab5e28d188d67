"""For the tests of checks of live servers: a sketch of a server, as the pages of checks show it, becomes a snapshot.

A sketch is YAML. Everything it does not name is a quiet server's of major 18 in 4 GB and 2 CPUs, whose settings are
PostgreSQL's defaults:

    postgres: 17
    memory: 512M                      none: the server sees no limit
    cpus: 1
    profile: oltp
    settings: {work_mem: 64MB}        source: configuration file
    sources: {work_mem: command line}
    places: {work_mem: /var/lib/postgresql/data/postgresql.auto.conf:3}
    pending: [shared_buffers]         pending_restart
    hidden: [shared_preload_libraries]  not in pg_settings for this role
    files: {memory.events: "oom_kill 3", /proc/meminfo: "MemTotal: 1 kB"}    a bare name is the own cgroup's
    told: [{what: memory, value: 1073741824, where: docker inspect pg1}]
    denied: [files, file_settings]    questions that are not answered
    pooled: true
    compose: |                        the compose file the server runs from
    activity: {clients: 90}           and any other question of queries/*.sql: a row, or a list of rows
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pgfit.audit.budget import claims_of
from pgfit.audit.comparison import recommended
from pgfit.audit.record import Row, Snapshot
from pgfit.audit.running import RunningServer
from pgfit.catalog import catalog
from pgfit.catalog.values import COUNTED_IN, parse
from pgfit.checks.audited import Audited
from pgfit.checks.deployment import deployments
from pgfit.checks.finding import Finding
from pgfit.checks.live import by_id
from pgfit.inputs.compose.project import load as load_project
from pgfit.model import Setting
from pgfit.profiles import load
from pgfit.units import Bytes, Duration, parse_size
from pgfit.yamltree import Source

GROUP = "/sys/fs/cgroup"
NOW = 1_800_000_000.0
DAY = 86_400.0
QUIET: Mapping[str, list[dict[str, Any]]] = {
    "server": [
        {
            "version_num": 180006,
            "version": "PostgreSQL 18.6 on x86_64-pc-linux-gnu",
            "in_recovery": False,
            "started_at": NOW - 30 * DAY,
            "loaded_at": NOW - 30 * DAY,
            "now": NOW,
            "address": "172.18.0.2",
            "port": 5432,
            "user": "postgres",
            "database": "postgres",
            "superuser": True,
            "reads_all_settings": True,
            "reads_all_stats": True,
            "reads_server_files": True,
            "pid": 100,
            "jit_available": True,
            "extensions": "plpgsql 1.0",
            "statements_schema": None,
            "relations": 400,
            "connection_limit": -1,
        }
    ],
    "activity": [
        {
            "clients": 5,
            "active": 1,
            "idle": 4,
            "idle_in_transaction": 0,
            "hidden": 0,
            "parallel_workers": 0,
            "autovacuum_workers": 0,
            "wal_senders": 0,
            "processes": 14,
            "longest_transaction": 0.1,
            "longest_idle_in_transaction": None,
            "oldest_session": 3600.0,
            "databases": 1,
            "waiting_for_locks": 0,
        }
    ],
    "checkpoints": [
        {
            "timed": 8000,
            "requested": 20,
            "write_milliseconds": 1000.0,
            "sync_milliseconds": 10.0,
            "by_checkpointer": 100000,
            "by_background_writer": 1000,
            "background_writer_stops": 0,
            "by_backends": 100,
            "reset_at": NOW - 30 * DAY,
        }
    ],
    "databases": [
        {
            "databases": 3,
            "sessions_now": 5,
            "commits": 1000000,
            "rollbacks": 10,
            "blocks_read": 10000,
            "blocks_hit": 10000000,
            "temp_files": 0,
            "temp_bytes": 0,
            "deadlocks": 0,
            "conflicts": 0,
            "session_seconds": 5 * 30 * DAY,
            "active_seconds": DAY,
            "sessions": 1000,
            "sessions_killed": 0,
            "reset_at": NOW - 30 * DAY,
        }
    ],
    "dev_shm": [{"files": 2, "bytes": 1048576}],
    "disk": [{"device": "254:0", "read_ahead_kb": 128}],
    "file_settings": [],
    "shared_memory": [],
    "overrides": [],
    "pressure": [{"path": f"{GROUP}/memory.pressure", "text": "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"}],
    "schema": [{"tables": 100, "bytes": 500_000_000, "oldest_xid_age": 1_000_000}],
    "sizes": [{"database": "postgres", "bytes": 500_000_000}],
    "slots": [],
    "spilling": [],
    "standbys": [],
    "tables": [],
    "vacuums": [],
    "wal": [{"records": 1, "full_page_images": 1, "bytes": 1_000_000_000, "buffers_full": 0, "reset_at": NOW - 30 * DAY}],
    "wal_files": [{"files": 10, "bytes": 167_772_160}],
}
FILES: Mapping[str, str] = {
    "/proc/self/cgroup": "0::/\n",
    "/proc/self/mountinfo": "30 20 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n"
    "40 20 0:40 / /dev/shm rw,nosuid - tmpfs shm rw,size=262144k\n"
    "50 20 8:1 / /var/lib/postgresql rw - ext4 /dev/sda1 rw",
    "/proc/meminfo": "MemTotal: 64000000 kB\nHugePages_Total: 0\nHugePages_Free: 0\nHugepagesize: 2048 kB\n",
    "/proc/self/status": "Seccomp:\t2\n",
    "/proc/self/limits": "Max locked memory         8388608              8388608              bytes\n",
    "/proc/1/oom_score_adj": "0\n",
    "/proc/self/oom_score_adj": "0\n",
    "/sys/devices/system/cpu/online": "0-15\n",
    f"{GROUP}/memory.high": "max\n",
    f"{GROUP}/memory.current": "300000000\n",
    f"{GROUP}/memory.peak": "400000000\n",
    f"{GROUP}/memory.events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n",
    f"{GROUP}/memory.stat": "anon 60000000\nfile 180000000\nkernel 20000000\nshmem 50000000\ninactive_file 100000000\n",
    f"{GROUP}/memory.oom.group": "0\n",
    f"{GROUP}/memory.swap.max": "0\n",
    f"{GROUP}/memory.swap.current": "0\n",
    f"{GROUP}/cpu.stat": "nr_periods 100000\nnr_throttled 10\nthrottled_usec 1000\n",
    f"{GROUP}/cpuset.cpus.effective": "0-15\n",
    f"{GROUP}/pids.peak": "20\n",
    f"{GROUP}/pids.current": "15\n",
}
OF_ITS_OWN = frozenset(
    {
        "postgres",
        "memory",
        "cpus",
        "profile",
        "settings",
        "sources",
        "places",
        "pending",
        "hidden",
        "files",
        "told",
        "denied",
        "pooled",
        "compose",
    }
)
DATA = {"data_directory": "/var/lib/postgresql/data", "config_file": "/var/lib/postgresql/data/postgresql.conf"}


def sketched(text: str) -> Audited:
    """The server of a sketch, as checks get it."""
    sketch = yaml.safe_load(text) or {}
    unknown = sketch.keys() - OF_ITS_OWN - QUIET.keys()
    assert not unknown, f"no question, and no key of a sketch: {unknown}"
    server = RunningServer(snapshot(sketch))
    profile = load(sketch.get("profile", "web"))
    deployment = None
    if "compose" in sketch:
        project = load_project([Source("compose.yaml", sketch["compose"])], {}, Path("/nowhere"))
        deployment = next(iter(deployments(project)))
    return Audited(server, claims_of(server, profile), recommended(server, profile), deployment)


def found(text: str, check: str) -> list[Finding]:
    """What one check says of the server of a sketch."""
    return list(by_id()[check].check(sketched(text)))


def snapshot(sketch: Mapping[str, Any]) -> Snapshot:
    major = int(sketch.get("postgres", 18))
    rows: dict[str, tuple[Row, ...]] = {"settings": tuple(_settings(sketch, major)), "files": tuple(_files(sketch))}
    for name, quiet in QUIET.items():
        given = sketch.get(name)
        if isinstance(given, dict):
            rows[name] = ({**(quiet[0] if quiet else {}), **given},)
        else:
            rows[name] = tuple(quiet if given is None else given)
    rows["server"] = ({**rows["server"][0], "version_num": major * 10000 + 6},)
    rows["told"] = tuple(sketch.get("told", ()))
    denied = dict.fromkeys(sketch.get("denied", ()), "permission denied")
    return Snapshot(
        taken_at="2027-01-15T08:00:00+00:00",
        version_num=major * 10000 + 6,
        server={"host": "db", "port": "5432", "database": "postgres", "user": "postgres"},
        rows={name: some for name, some in rows.items() if name not in denied},
        missing=denied,
        pooled=bool(sketch.get("pooled", False)),
    )


def _settings(sketch: Mapping[str, Any], major: int) -> list[Row]:
    known = catalog(major)
    given = {name: _spelled(value) for name, value in sketch.get("settings", {}).items()}
    made = []
    for name in dict.fromkeys([*known, *given]):
        setting = known[name] if name in known else None  # noqa: SIM401  a catalog has no get()
        text = given.get(name, DATA.get(name, setting.default if setting else ""))
        place, _, line = sketch.get("places", {}).get(name, "").rpartition(":")
        source = "configuration file" if name in given else "default"
        made.append(
            {
                "name": name,
                "value": _counted(setting, text) if setting and name in given else text,
                "unit": setting.unit if setting else "",
                "source": sketch.get("sources", {}).get(name, source),
                "file": place or None,
                "line": int(line) if line else None,
                "pending_restart": name in sketch.get("pending", ()),
                "context": setting.context if setting else "user",
                "type": setting.type if setting else "string",
                "compiled_in": setting.default if setting else None,
            }
        )
    return [row for row in made if row["name"] not in sketch.get("hidden", ())]


def _spelled(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _counted(setting: Setting, text: str) -> str:
    """As pg_settings shows it: in the row's unit."""
    value = parse(setting, text)
    if isinstance(value, Bytes | Duration) and value > 0:
        return str(int(value // COUNTED_IN[setting.unit]))
    return _spelled(value)


def _files(sketch: Mapping[str, Any]) -> list[Row]:
    memory = str(sketch.get("memory", "4G"))
    limits = {
        f"{GROUP}/memory.max": "max" if memory == "none" else str(int(parse_size(memory))),
        f"{GROUP}/cpu.max": f"{int(float(sketch.get('cpus', 2)) * 100000)} 100000",
    }
    given = {name if name.startswith("/") else f"{GROUP}/{name}": str(text) for name, text in sketch.get("files", {}).items()}
    return [{"path": path, "text": text} for path, text in {**FILES, **limits, **given}.items()]
