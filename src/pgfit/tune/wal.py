"""Write-ahead log, checkpoints, durability."""

from ..model import Known, Skip, Use
from ..units import GB, MB, Bytes, human, print_postgres_duration, round_down
from .rule import Case, Rule

__all__ = ["RULES"]

LZ4_SINCE = 15
LEAST_WAL = 64 * MB
"""Four segments: PostgreSQL refuses less than two."""
SLOT_SHARE = 0.2
"""Of the volume that a forgotten replication slot may hold before it is given up."""


def max_wal_size(case: Case) -> Use:
    """How much WAL may gather before a checkpoint is forced. Disk, not memory.

    Small values cost speed: 256 MB instead of 1 GB took 15 to 25% of the writes. With --volume-size it is the profile's
    share of the volume; without, as much as the memory limit, but at least 1 GB: a volume of only a few GB needs
    --volume-size.
    """
    p, volume = case.profile, case.facts.volume_size
    if isinstance(volume, Known):
        size = min(p.max_wal_size, round_down(p.wal_volume_share * volume.value, least=MB))
        if size < LEAST_WAL:
            return Use(Bytes(LEAST_WAL), f"the least that works: the {human(volume.value)} volume is small")
        return Use(size, f"at most {p.wal_volume_share:.0%} of the {human(volume.value)} volume")
    size = min(p.max_wal_size, max(Bytes(GB), round_down(case.limit, least=MB)))
    return Use(size, "the volume's size is not known; --volume-size lets it grow or shrink with the disk")


def min_wal_size(case: Case) -> Use:
    """How much WAL is kept for reuse instead of being deleted and created again."""
    largest = case.facts.fixed.get("max_wal_size", max_wal_size(case).value)
    quarter = round_down(int(largest) / 4, least=16 * MB)
    size = max(Bytes(LEAST_WAL // 2), min(Bytes(GB), quarter))
    return Use(size, "a quarter of max_wal_size, kept for reuse")


def checkpoint_timeout(case: Case) -> Use | Skip:
    """The longest time between two checkpoints.

    Each page is written whole into the WAL once per checkpoint, so rarer ones write less; after a crash, up to
    this much time's WAL is replayed.
    """
    span = case.profile.checkpoint_timeout
    if span == 300_000:
        return Skip("its default of 5 minutes suits the profile")
    return Use(span, f"fewer full pages in the WAL; a crash replays at most {print_postgres_duration(span)} of work")


def checkpoint_completion_target(case: Case) -> Use:
    """How much of the interval a checkpoint spreads its writes over. 13 still starts at 0.5."""
    del case
    return Use(0.9, "spreads the writes of a checkpoint instead of bursting into the disk quota")


def wal_compression(case: Case) -> Skip:
    """Whether full pages in the WAL are compressed.

    Only pglz is in every build, and it costs the most CPU. lz4 and zstd depend on how the server was built (the official
    images have both from 15 on), and one that lacks them does not start. At 512 MB with 1 CPU, 15 seconds with a checkpoint
    every 30, where only the server's own requests were bound to 3000 a second: 0.94 of the writes with either, 0.98 of mixed
    work and 0.95 of loading with lz4, 1.01 and 0.62 with pglz. On a volume of which every request waits 1 ms, lz4 did 1.04 to
    1.23 of the writes, 0.91 to 1.08 of mixed work: less WAL is also more page cache. So: `--set wal_compression=lz4` on a
    volume that is slow.
    """
    if case.major < LZ4_SINCE:
        return Skip("pglz, the only method before 15, costs CPU")
    if case.facts.storage == "network":
        return Skip("where the volume is slow, --set wal_compression=lz4 writes more, if your build has it")
    return Skip("costs CPU, and pays only where the volume is slow")


def max_slot_wal_keep_size(case: Case) -> Use | Skip:
    """How much WAL a replication slot may hold back before it is given up.

    The default is no bound: a standby that never returns fills the volume, and the server stops.
    """
    volume = case.facts.volume_size
    if not isinstance(volume, Known):
        return Skip("needs --volume-size; until then a forgotten replication slot can fill the volume")
    size = max(Bytes(LEAST_WAL), round_down(SLOT_SHARE * volume.value, least=MB))
    return Use(size, f"{SLOT_SHARE:.0%} of the {human(volume.value)} volume; a forgotten slot cannot fill it")


def fsync(case: Case) -> Use | Skip:
    """Whether writes are forced to disk. Off only in the ci profile: a crash of the machine then destroys the cluster."""
    return _not_durable(case, "commits wait for the disk")


def full_page_writes(case: Case) -> Use | Skip:
    """Whether the first change to a page after a checkpoint logs it whole. Off only in the ci profile."""
    return _not_durable(case, "a torn page can be mended after a crash")


def synchronous_commit(case: Case) -> Use | Skip:
    """Whether a commit waits for its WAL. Off only in the ci profile."""
    answer = _not_durable(case, "a commit that was reported is there after a crash")
    lost = "NOT DURABLE: a crash loses the last commits, though they were reported; for data that may be lost"
    return answer if isinstance(answer, Skip) else Use("off", lost)  # one of five words, not a switch


def _not_durable(case: Case, why: str) -> Use | Skip:
    if case.profile.durable:
        return Skip(f"stays on: {why}")
    return Use(False, "NOT DURABLE: a crash of the machine or a power loss corrupts the cluster; for data that may be lost")


RULES: tuple[Rule, ...] = (
    max_wal_size,
    min_wal_size,
    checkpoint_timeout,
    checkpoint_completion_target,
    wal_compression,
    max_slot_wal_keep_size,
    fsync,
    full_page_writes,
    synchronous_commit,
)
