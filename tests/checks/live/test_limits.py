"""Checks of the limit itself: where it is, whose it is, and what lies beyond it."""

import pytest

from pgfit.checks.finding import INFO, WARNING
from sketching import found

GROUPS = "files: {/proc/self/cgroup: '0::/pod/db', /sys/fs/cgroup/pod/memory.max: '%s', /sys/fs/cgroup/pod/db/memory.max: '%s'}"


@pytest.mark.parametrize(
    ("sketch", "severity", "message"),
    [
        ("memory: none", WARNING, "the server's memory has no limit: no cgroup limits memory here"),
        (
            "denied: [files, pressure]",
            INFO,
            "the memory limit is not known: the server's role may not read the cgroup's files",
        ),
        (
            "{denied: [files, pressure], server: {superuser: false}, settings: {rds.extensions: x}}",
            INFO,
            "the memory limit is not known: Amazon RDS does not tell it: give it with --memory and --cpus",
        ),
    ],
)
def test_why_the_limit_is_unknown(sketch: str, severity: str, message: str) -> None:
    (one,) = found(sketch, "memory-limit-unknown")
    assert (one.severity, one.message) == (severity, message)


def test_an_unknown_limit_names_the_grant() -> None:
    sketch = "{denied: [files, pressure], server: {superuser: false, user: app, reads_server_files: true}}"
    (one,) = found(sketch, "memory-limit-unknown")
    assert "GRANT EXECUTE ON FUNCTION pg_read_file(text, bigint, bigint, boolean) TO app;" in one.cure.splitlines()


def test_a_limit_that_was_told_is_known() -> None:
    assert not found("{memory: none, told: [{what: memory, value: 1073741824, where: --memory}]}", "memory-limit-unknown")


@pytest.mark.parametrize(
    ("check", "sketch", "count"),
    [
        ("memory-high-below-max", "{memory: 1G, files: {memory.high: '1073741823'}}", 1),
        ("memory-high-below-max", "{memory: 1G, files: {memory.high: '1073741824'}}", 0),
        ("memory-high-below-max", "{memory: none, files: {memory.high: '1073741824'}}", 1),
        ("limit-of-a-group-above", f"{{memory: 8G, {GROUPS % (1 << 30, 1 << 31)}}}", 1),
        ("limit-of-a-group-above", f"{{memory: 8G, {GROUPS % (1 << 31, 1 << 31)}}}", 0),
        ("limit-of-a-group-above", f"{{memory: 8G, {GROUPS % (1 << 30, 'max')}}}", 1),
        ("limit-of-a-group-above", f"{{memory: none, {GROUPS % ('max', 1 << 31)}}}", 0),
        ("limit-of-a-group-above", "{memory: none, told: [{what: memory, value: 1073741824, where: --memory}]}", 0),
        ("swap-in-reach", "{memory: 1G, files: {memory.swap.max: max}}", 1),
        ("swap-in-reach", "{memory: 1G, files: {memory.swap.max: '4096', /proc/meminfo: 'SwapTotal: 0 kB'}}", 0),
        ("swap-in-reach", "{memory: none, files: {memory.swap.max: max}}", 0),
    ],
)
def test_boundaries(check: str, sketch: str, count: int) -> None:
    assert len(found(sketch, check)) == count


@pytest.mark.parametrize(
    ("own", "severity", "message"),
    [
        ("2147483648", WARNING, "/sys/fs/cgroup/pod/memory.max allows 1 GB: the container's own 2 GB are never reached"),
        ("max", INFO, "/sys/fs/cgroup/pod/memory.max allows 1 GB: the container has none of its own"),
    ],
)
def test_the_limit_of_a_group_above(own: str, severity: str, message: str) -> None:
    (one,) = found(f"{{memory: 8G, {GROUPS % (1 << 30, own)}}}", "limit-of-a-group-above")
    assert (one.severity, one.message) == (severity, message)


@pytest.mark.parametrize(
    ("used", "severity", "message"),
    [
        ("0", INFO, "the container may swap 1 GB"),
        ("20000000", INFO, "the container may swap 1 GB"),
        ("31457280", WARNING, "30 MB of the server lie in swap"),
    ],
)
def test_swap_in_use_weighs_more_than_swap_in_reach(used: str, severity: str, message: str) -> None:
    (one,) = found(f"{{memory: 1G, files: {{memory.swap.max: '1073741824', memory.swap.current: '{used}'}}}}", "swap-in-reach")
    assert (one.severity, one.message) == (severity, message)
    assert one.cure == "memswap_limit: 1g (the same as mem_limit: no swap)"
