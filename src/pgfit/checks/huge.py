"""Huge pages, as a live server and its machine tell of them."""

from typing import NamedTuple

from ..audit.running import RunningServer

__all__ = ["Pages", "pages"]


class Pages(NamedTuple):
    total: int
    free: int
    """Not promised to anybody either."""
    needed: int
    """For all of the server's shared memory, or for shared_buffers alone before 15; 0 where both are unknown."""
    wanted: bool
    """huge_pages is try or on."""
    used: bool
    """The server has them (told from 17 on; before, where so many are taken that they may be its own)."""
    refused: bool
    """It did not get them (told from 17 on)."""

    @property
    def enough(self) -> bool:
        """Whether the server runs without them though they would do now."""
        return self.refused and 0 < self.needed <= self.free


def pages(server: RunningServer) -> Pages | None:
    """None where the machine's are unknown."""
    machine = server.container.machine
    total, free = machine.get("HugePages_Total"), machine.get("HugePages_Free")
    if total is None or free is None:
        return None
    status, page = server.value("huge_pages_status"), machine.get("Hugepagesize", 0)
    told = int(server.number("shared_memory_size_in_huge_pages") or 0)
    needed = told if told > 0 else (server.size("shared_buffers") or 0) // page if page else 0
    unpromised = max(0, free - machine.get("HugePages_Rsvd", 0))
    return Pages(
        total=total,
        free=unpromised,
        needed=needed,
        wanted=server.value("huge_pages") in {"try", "on"},
        used=status == "on" or (status is None and 0 < needed <= total - unpromised),
        refused=status == "off",
    )
