"""Measure on this machine what pgfit's memory model stands on, and write it down in one file.

    python tools/measure.py --out FILE [--postgres MAJOR]... [PART]...

Needs root, a writable memory cgroup (version 1 or 2), the servers of tools/fetch_servers.py (or PGFIT_SERVERS=DIR with
DIR/MAJOR/bin/postgres), for `tls` openssl. All parts take ten to fifteen minutes a major. A part that the file has already is
measured anew. The file holds the kind of machine (kernel, architecture, page size, libc, cgroup version), the servers'
versions and the figures, but no name and no path: send it in an issue.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import measure_libraries
import measure_maintenance
import measure_nodes
import measure_replication
import measure_sessions
import measure_static
import measure_vectors
from measure_machine import machine
from measure_server import Row
from memory_cgroup import unavailable
from real_server import RealServer, installed

PARTS: Mapping[str, Callable[[int, Path], Iterator[Row]]] = {
    "static": measure_static.measure,
    "server": measure_sessions.measure_server,
    "sessions": measure_sessions.measure_sessions,
    "temp_buffers": measure_sessions.measure_temp_buffers,
    "locks": measure_sessions.measure_locks,
    "tls": measure_sessions.measure_tls,
    "libraries": measure_libraries.measure,
    "replication": measure_replication.measure,
    "nodes": measure_nodes.measure,
    "maintenance": measure_maintenance.measure,
    "vectors": measure_vectors.measure,
}


def read(path: Path) -> tuple[list[Row], dict[str, str]]:
    """What an earlier run has left in the file."""
    if not path.exists():
        return [], {}
    found = json.loads(path.read_text())
    return found["rows"], found["about"]["servers"]


def write(path: Path, rows: Sequence[Row], versions: Mapping[str, str]) -> None:
    """Everything so far, a line for each row: a run that is broken off has not been for nothing."""
    head = {"machine": machine(), "servers": dict(sorted(versions.items()))}
    lines = ",\n".join("    " + json.dumps(one) for one in rows)
    beside = path.with_name(f"{path.name}.new")  # what is there stays until all is written
    beside.write_text(f'{{\n  "about": {json.dumps(head)},\n  "rows": [\n{lines}\n  ]\n}}\n')
    beside.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--postgres", type=int, action="append", default=[], metavar="MAJOR")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    given = parser.parse_args()
    if wrong := [part for part in given.parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(wrong)}; there are {', '.join(PARTS)}")
    if why := unavailable():
        print(f"cannot measure here: {why}", file=sys.stderr)
        return 2
    os.nice(5)
    servers = {major: home for major, home in installed().items() if major in given.postgres or not given.postgres}
    if not servers:
        print("no such server here: python tools/fetch_servers.py fetches them", file=sys.stderr)
        return 2
    rows, versions = read(given.out)
    for major, home in servers.items():
        with RealServer(home) as server:
            versions[str(major)] = server.run("postgres", "--version").split()[2]
        for part in given.parts or PARTS:
            rows = [one for one in rows if (one["part"], one["major"]) != (part, major)]
            for one in PARTS[part](major, home):
                rows.append(one)
                if part != "static":
                    print(" ".join(f"{name}={value}" for name, value in one.items()), flush=True)
                write(given.out, rows, versions)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
