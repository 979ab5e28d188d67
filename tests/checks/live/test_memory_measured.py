"""Checks of what the container's memory holds now, and of what happens when it is full."""

import pytest

from sketching import found

TIGHT = "memory: 512M, settings: {work_mem: 16MB}"
ROOMY = "memory: 4G, settings: {max_connections: 20, work_mem: 2MB, jit: off}"
STAT = "files: {memory.current: '%s', memory.stat: \"anon %s\\nfile 0\\nkernel 0\\nshmem 0\\n\"}"
PSI = "pressure: {path: /sys/fs/cgroup/memory.pressure, text: 'some avg10=0.00 avg60=%s avg300=0.00 total=1'}"
FAR, LARGE = "disk: {device: '254:0', read_ahead_kb: %s}", "sizes: [{database: a, bytes: %s}]"
ADJ = "files: {/proc/1/oom_score_adj: '%s', /proc/self/oom_score_adj: '%s'}"


@pytest.mark.parametrize(
    ("check", "sketch", "count"),
    [
        ("memory-nearly-full", f"{{memory: 1000M, {STAT % (0, 900 << 20)}}}", 0),
        ("memory-nearly-full", f"{{memory: 1000M, {STAT % (0, 901 << 20)}}}", 1),
        ("memory-nearly-full", "{memory: 1000M, files: {memory.stat: 'anon 99999999999'}}", 0),  # not a whole memory.stat
        ("memory-nearly-full", f"{{memory: none, {STAT % (0, 901 << 20)}}}", 0),
        ("disk-read-far-ahead", f"{{memory: 1G, {FAR % 1024}, {LARGE % 1073741825}}}", 1),
        ("disk-read-far-ahead", f"{{memory: 1G, {FAR % 1024}, {LARGE % 1073741824}}}", 0),
        ("disk-read-far-ahead", f"{{memory: 1G, {FAR % 1023}, {LARGE % 1073741825}}}", 0),
        ("disk-read-far-ahead", f"{{memory: 1G, {FAR % 'null'}, {LARGE % 1073741825}}}", 0),
        ("disk-read-far-ahead", f"{{memory: 1G, denied: [disk], {LARGE % 1073741825}}}", 0),
        ("disk-read-far-ahead", f"{{memory: none, {FAR % 8192}, {LARGE % 1073741825}}}", 0),
        ("full-of-page-cache", f"{{memory: 1000M, {STAT % (950 << 20, 700 << 20)}}}", 1),
        ("full-of-page-cache", f"{{memory: 1000M, {STAT % (949 << 20, 700 << 20)}}}", 0),
        ("full-of-page-cache", f"{{memory: 1000M, {STAT % (950 << 20, 701 << 20)}}}", 0),
        ("waits-for-memory", f"{{{PSI % '10.00'}}}", 0),
        ("waits-for-memory", f"{{{PSI % '10.01'}}}", 1),
        ("killed-for-memory", "files: {memory.events: 'oom 3'}", 0),
        ("killed-for-memory", "{memory: none, files: {memory.events: 'oom_kill 3'}}", 1),
        ("kill-takes-the-container", f"{{{ROOMY}, files: {{memory.oom.group: '1'}}}}", 0),
        ("kill-takes-the-container", f"{{{TIGHT}, files: {{memory.oom.group: '1'}}}}", 1),
        ("postmaster-killed-first", f"{{{TIGHT}, {ADJ % (0, 0)}}}", 1),
        ("postmaster-killed-first", f"{{{TIGHT}, {ADJ % (0, 1)}}}", 0),
        ("postmaster-killed-first", f"{{{TIGHT}, {ADJ % (-998, -998)}}}", 1),
        ("postmaster-killed-first", f"{{{TIGHT}, {ADJ % (0, '')}}}", 0),
        ("postmaster-killed-first", f"{{{TIGHT}, files: {{memory.oom.group: '1'}}}}", 0),
        ("postmaster-killed-first", f"{{{ROOMY}, {ADJ % (0, 0)}}}", 0),
        ("sessions-now-above-limit", "{memory: 512M, activity: {clients: 104}}", 0),
        ("sessions-now-above-limit", "{memory: 512M, activity: {clients: 120}}", 1),
        ("sessions-now-above-limit", "{memory: 128M, settings: {shared_buffers: 256MB}}", 0),  # shared-memory-above-limit
        ("connections-alone-above-limit", "{memory: 512M, settings: {max_connections: 104}}", 0),
        ("connections-alone-above-limit", "{memory: 512M, settings: {max_connections: 120}}", 1),
        ("connections-alone-above-limit", "{memory: 512M, settings: {max_connections: 120}, activity: {clients: 118}}", 0),
    ],
)
def test_boundaries(check: str, sketch: str, count: int) -> None:
    assert len(found(sketch, check)) == count


@pytest.mark.parametrize("jit", ["on", "off"])
def test_idle_sessions_have_not_compiled_anything(jit: str) -> None:
    sketch = f"{{memory: 512M, settings: {{jit: {jit}, max_connections: 120}}, activity: {{clients: 30}}}}"
    (one,) = found(sketch, "connections-alone-above-limit")
    assert one.message.startswith("max_connections 120 need 548 MB")
    assert not found(sketch, "sessions-now-above-limit")


@pytest.mark.parametrize(
    ("held", "severity"),
    [(975 << 20, "warning"), (976 << 20, "error")],
)
def test_held_to_the_brim_is_an_error(held: int, severity: str) -> None:
    assert [one.severity for one in found(f"{{memory: 1000M, {STAT % (0, held)}}}", "memory-nearly-full")] == [severity]


@pytest.mark.parametrize(
    ("sketch", "message", "cure"),
    [
        (
            f"{{{TIGHT}, files: {{memory.events: 'oom_kill 1'}}}}",
            "1 process was killed in this container at its limit of 512 MB since it started",
            "settings whose worst case fits the limit: pgfit recommend",
        ),
        (
            f"{{{ROOMY}, files: {{memory.events: 'oom_kill 2'}}}}",
            "2 processes were killed in this container at its limit of 4 GB since it started",
            "a larger limit: the settings fit it, so look for what they do not bound (wide ANALYZE, array_agg, other processes)",
        ),
    ],
)
def test_the_words_of_a_kill(sketch: str, message: str, cure: str) -> None:
    (one,) = found(sketch, "killed-for-memory")
    assert (one.message, one.cure) == (message, cure)
