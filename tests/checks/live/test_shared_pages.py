"""Checks of /dev/shm and of huge pages."""

import pytest

from sketching import found

HUGE = '/proc/meminfo: "HugePages_Total: %s\\nHugePages_Free: %s\\nHugePages_Rsvd: %s\\nHugepagesize: 2048 kB\\n"'
MMAP = "dynamic_shared_memory_type: mmap"
UNUSED = "settings: {huge_pages: try, huge_pages_status: off, shared_memory_size_in_huge_pages: 75}"


@pytest.mark.parametrize(
    ("check", "sketch", "count"),
    [
        ("hash-join-above-dev-shm", "settings: {work_mem: 43648kB}", 0),  # 6 times that is 255.75 MB of 256
        ("hash-join-above-dev-shm", "settings: {work_mem: 43712kB}", 1),
        ("hash-join-above-dev-shm", "settings: {work_mem: 64MB, min_dynamic_shared_memory: 128MB}", 0),
        ("hash-join-above-dev-shm", "settings: {work_mem: 64MB, enable_parallel_hash: off}", 0),
        ("hash-join-above-dev-shm", "settings: {work_mem: 64MB, max_parallel_workers_per_gather: 0}", 0),
        ("hash-join-above-dev-shm", "settings: {work_mem: 64MB, max_parallel_workers: 0}", 0),
        ("hash-join-above-dev-shm", f"settings: {{work_mem: 64MB, {MMAP}}}", 0),
        ("hash-join-above-dev-shm", "{settings: {work_mem: 64MB}, files: {/proc/self/mountinfo: ''}}", 0),
        ("maintenance-above-dev-shm", "{postgres: 16, settings: {maintenance_work_mem: 256MB}}", 0),
        ("maintenance-above-dev-shm", "{postgres: 16, settings: {maintenance_work_mem: 257MB}}", 1),
        ("maintenance-above-dev-shm", "{postgres: 17, settings: {maintenance_work_mem: 257MB}}", 0),
        (
            "maintenance-above-dev-shm",
            "{postgres: 16, settings: {maintenance_work_mem: 257MB, max_parallel_maintenance_workers: 0}}",
            0,
        ),
        ("dev-shm-nearly-full", "dev_shm: {bytes: 214748364}", 0),
        ("dev-shm-nearly-full", "dev_shm: {bytes: 214748365}", 1),
        ("dev-shm-above-half-the-limit", "memory: 512M", 0),
        ("dev-shm-above-half-the-limit", "memory: 511M", 1),
        ("dev-shm-above-half-the-limit", "{memory: 256M, files: {/proc/meminfo: 'MemTotal: 524288 kB'}}", 0),  # the host's own
        ("dynamic-shared-memory-on-disk", "hidden: [dynamic_shared_memory_type]", 0),
        ("huge-pages-may-kill", f"{{postgres: 16, files: {{{HUGE % (512, 512, 0)}}}}}", 1),
        ("huge-pages-may-kill", f"{{postgres: 16, files: {{{HUGE % (0, 0, 0)}}}}}", 0),
        ("huge-pages-may-kill", f"{{postgres: 16, files: {{{HUGE % (512, 400, 0)}}}}}", 0),  # its own, by their number
        ("huge-pages-may-kill", f"{{postgres: 16, settings: {{huge_pages: on}}, files: {{{HUGE % (512, 512, 0)}}}}}", 0),
        ("huge-pages-may-kill", f"{{postgres: 16, files: {{{HUGE % (512, 512, 0)}, /proc/self/status: 'Seccomp: 0'}}}}", 0),
        ("huge-pages-may-kill", f"{{{UNUSED}, files: {{{HUGE % (512, 10, 0)}}}}}", 1),
        ("huge-pages-may-kill", f"{{{UNUSED}, files: {{{HUGE % (512, 75, 0)}}}}}", 0),
        ("huge-pages-left-unused", f"{{{UNUSED}, files: {{{HUGE % (512, 74, 0)}}}}}", 0),
        ("huge-pages-left-unused", f"{{{UNUSED}, files: {{{HUGE % (512, 75, 0)}}}}}", 1),
        ("huge-pages-left-unused", f"{{{UNUSED}, files: {{{HUGE % (512, 75, 1)}}}}}", 0),
        ("huge-pages-left-unused", f"{{{UNUSED}, files: {{/proc/meminfo: ''}}}}", 0),
        ("large-buffers-in-small-pages", "{memory: 64G, settings: {shared_buffers: 8GB, huge_pages: off}}", 1),
        ("large-buffers-in-small-pages", "{memory: 64G, settings: {shared_buffers: 8191MB, huge_pages: off}}", 0),
        ("large-buffers-in-small-pages", "{postgres: 16, memory: 64G, settings: {shared_buffers: 8GB, huge_pages: try}}", 0),
    ],
)
def test_boundaries(check: str, sketch: str, count: int) -> None:
    assert len(found(sketch, check)) == count


@pytest.mark.parametrize(
    ("sketch", "severity", "message"),
    [
        (
            "{postgres: 16, settings: {maintenance_work_mem: 512MB}}",
            "warning",
            "a parallel VACUUM may need 512 MB of /dev/shm, which has 256 MB",
        ),
        (
            "{postgres: 16, settings: {maintenance_work_mem: 512MB}, server: {extensions: 'plpgsql 1.0, vchord 0.4'}}",
            "error",
            "a parallel index build of vchord may need 512 MB of /dev/shm, which has 256 MB",
        ),
    ],
)
def test_an_index_build_fails_where_a_vacuum_may(sketch: str, severity: str, message: str) -> None:
    (one,) = found(sketch, "maintenance-above-dev-shm")
    assert (one.severity, one.message) == (severity, message)


@pytest.mark.parametrize(
    ("memory", "cure"),
    [
        ("4G", "shm_size: 400m (the container must be created anew); or enable_parallel_hash=off"),
        (
            "768M",
            "smaller settings (pgfit recommend): the limit leaves no room for a /dev/shm of 400 MB; or enable_parallel_hash=off",
        ),
    ],
)
def test_the_cure_stays_within_the_limit(memory: str, cure: str) -> None:
    (one,) = found(f"{{memory: {memory}, settings: {{work_mem: 64MB}}}}", "hash-join-above-dev-shm")
    assert one.cure == cure
    assert one.arithmetic == "(2 workers + 1) × work_mem 64 MB × hash_mem_multiplier 2"
