"""Limits of every kind of cgroup, as files under a fake root; at the end the real ones of this machine."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from memory_cgroup import MemoryCgroup, unavailable

from pgfit.inputs.cgroup import Limits, detect, host
from pgfit.model import Known, Unknown

MB, GB = 1024**2, 1024**3

V1_MOUNT = "35 31 0:32 {top} {point} ro,nosuid,nodev,noexec,relatime master:11 - cgroup cgroup rw,{controllers}\n"
V2_MOUNT = "30 23 0:26 {top} {point} ro,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup rw,nsdelegate\n"
OTHER_MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
23 27 0:22 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
"""
MEMINFO = """\
MemTotal:       16384000 kB
MemFree:         1024000 kB
Active(anon):      51200 kB
HugePages_Total:       0
Hugepagesize:       2048 kB
"""
ONLINE = "sys/devices/system/cpu/online"


def v1(*controllers: str, top: str = "/", point: str = "") -> str:
    """A line of mountinfo: v1("cpu", "cpuacct") mounts both at /sys/fs/cgroup/cpu,cpuacct."""
    names = ",".join(controllers)
    return V1_MOUNT.format(top=top, point=point or f"/sys/fs/cgroup/{names}", controllers=names)


def v2(top: str = "/", point: str = "/sys/fs/cgroup") -> str:
    return V2_MOUNT.format(top=top, point=point)


def tree(root: Path, files: Mapping[str, str | None], *, own: str = "0::/\n", mounts: str = "") -> Path:
    """A machine of 16000 MB and 8 processors. None makes a directory where a file should be: it cannot be read."""
    usual = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": own,
        "proc/self/mountinfo": OTHER_MOUNTS + (mounts or v2()),
        ONLINE: "0-7\n",
    }
    for name, text in {**usual, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.mkdir()
        else:
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return root


def container(root: Path, **files: str | None) -> Limits:
    """Docker on v2, the way it is today: memory_max="268435456\n", cpu_max="50000 100000\n"."""
    names = {name.replace("_", ".", 1): text for name, text in files.items()}
    usual: dict[str, str | None] = {"sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory hugetlb pids rdma misc\n"}
    return detect(tree(root, usual | {f"sys/fs/cgroup/{name}": text for name, text in names.items()}))


def old_container(root: Path, **files: str | None) -> Limits:
    """Docker on v1, without a cgroup namespace: memory_limit_in_bytes=…, cpu_cfs_quota_us=…, cpuset_cpus=…."""
    own, top = "".join(f"{i}:{c}:/docker/ab12\n" for i, c in ((12, "memory"), (4, "cpu,cpuacct"), (3, "cpuset"))), ""
    top = "/docker/ab12"
    mounts = v1("memory", top=top) + v1("cpu", "cpuacct", top=top) + v1("cpuset", top=top)
    places = {"memory": "memory", "cpu": "cpu,cpuacct", "cpuset": "cpuset"}
    paths = {
        f"sys/fs/cgroup/{places[name.partition('_')[0]]}/{name.replace('_', '.', 1)}": text
        for name, text in files.items()
    }
    return detect(tree(root, paths, own=own, mounts=mounts))
