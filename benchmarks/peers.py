"""What each configuration of the benchmarks consists of, and where the formulas of the others were read.

What the others print for each cell is in peers.json.
"""

import json
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from charged import Cell, plan_of
from pgfit.catalog.values import print_value
from pgfit.inputs.options import Options, facts_from
from pgfit.model import Plan
from pgfit.profiles import load as load_profile
from pgfit.tune import plan

__all__ = ["CROWD", "PEERS", "PUBLISHED", "configurations", "crowded", "fingerprint", "printed", "settings_of"]

PEERS = (
    "fixed",
    "pgtune",
    "timescaledb-tune",
    "pgconfig",
    "pgAssistant",
    "KubeDB",
    "KubeBlocks",
    "Tembo",
    "Spilo",
    "StackGres",
    "Batteries Included",
    "sclorg",
    "Fly",
    "Canonical",
    "pg_configurator",
    "Ubicloud",
)
"""Those that print something for every cell, the last one only from 1 GB on."""
PUBLISHED = {
    "pgtune": ("le0pard/pgtune", "7caef27"),
    "timescaledb-tune": ("timescale/timescaledb-tune", "c7a642b"),
    "pgconfig": ("pgconfig/api", "6cd37be"),
    "pgAssistant": ("beh74/pgassistant-community", "432342a"),
    "KubeDB": ("kubedb/docs", "dd66a58"),
    "KubeBlocks": ("apecloud/kubeblocks-addons", "ce67f5a"),
    "Tembo": ("tembo-io/tembo", "6959a11"),
    "Spilo": ("zalando/spilo", "7cb50bd"),
    "StackGres": ("ongres/stackgres", "085f6d0"),
    "Batteries Included": ("batteries-included/batteries-included", "07d3503"),
    "sclorg": ("sclorg/postgresql-container", "134bb39"),
    "Fly": ("fly-apps/postgres-flex", "d263c9e"),
    "Canonical": ("canonical/postgresql-k8s-operator", "59f9b59"),
    "pg_configurator": ("TantorLabs/pg_configurator", "5354aa7"),
    "Ubicloud": ("ubicloud/ubicloud", "ec43e7b"),
}
"""By the name of the peer: the repository at GitHub, and the commit."""
CROWD, CROWD_LIMIT = 92, "1G"
"""Sessions that the best of the others was measured to carry in 1 GB: pgfit, asked for as many, must too."""
NOT_HERE = ("shared_preload_libraries", "archive_mode", "archive_command", "ssl", "logging_collector", "stats_temp_directory")
"""What a peer sets for its own image, and a bare server cannot have."""
NOT_BUILT_IN = {"io_method": "io_uring"}
"""pgtune's for 18: these servers are built without liburing, and would not start."""


@cache
def peers() -> dict[str, list[dict[str, Any]]]:
    """What each of them prints for every cell."""
    found: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_suffix(".json").read_text())
    return found


def printed(made: Plan) -> dict[str, str]:
    return {one.setting.name: print_value(one.value) for one in made.settings}


def configurations(cell: Cell, names: tuple[str, ...] = PEERS) -> dict[str, dict[str, str]]:
    """By name; those that cannot be made for this cell are left out."""
    found = {
        "pgfit": printed(plan_of(cell)),
        "defaults": {"shared_buffers": "128MB"},
    }
    for name in names:
        for row in peers()[name]:
            if "/".join(map(str, cell)) in row["for"]:
                kept = {key: value for key, value in row["settings"].items() if key not in NOT_HERE}
                found[name] = {key: value for key, value in kept.items() if NOT_BUILT_IN.get(key) != value}
    return found


def crowded(cell: Cell) -> dict[str, str]:
    """pgfit's plan for CROWD sessions, where it is asked for."""
    if cell.memory != CROWD_LIMIT:
        return {}
    asked = Options(memory=cell.memory, cpus=cell.cpus, postgres=cell.postgres, connections=CROWD)
    return printed(plan(facts_from(asked), load_profile("web")))


def fingerprint(settings: Mapping[str, str]) -> str:
    """A line of the result file stands for these settings and no others."""
    return f"{zlib.crc32(json.dumps(sorted(settings.items())).encode()):08x}"


def settings_of(text: str) -> dict[str, str]:
    """Of `NAME=VALUE …`."""
    return dict(one.split("=", 1) for one in text.split())
