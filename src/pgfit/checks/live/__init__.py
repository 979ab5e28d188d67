"""Problems of a live server, one module each. A check stays silent on what the role may not see.

The docstring of a module is its page: what it finds, why it hurts, an example that fails and one that passes. The
examples are sketches of a server: its limits, its settings where they are not PostgreSQL's defaults, and the answers
of queries/*.sql where they differ from a quiet server's.
"""

from types import ModuleType

from . import (
    activity_texts_large,
    autovacuum_memory_above_share,
    cache_estimate_above_limit,
    cache_estimate_below_shared_buffers,
    connections_alone_above_limit,
    dev_shm_above_half_the_limit,
    dev_shm_nearly_full,
    dynamic_shared_memory_on_disk,
    full_of_page_cache,
    hash_join_above_dev_shm,
    huge_pages_left_unused,
    huge_pages_may_kill,
    jit_above_limit,
    kill_takes_the_container,
    killed_for_memory,
    large_buffers_in_small_pages,
    limit_of_a_group_above,
    lock_table_large,
    logical_decoding_above_share,
    maintenance_above_dev_shm,
    maintenance_above_share,
    memory_high_below_max,
    memory_limit_unknown,
    memory_nearly_full,
    one_query_above_limit,
    override_above_limit,
    postmaster_killed_first,
    running_settings_above_limit,
    sessions_now_above_limit,
    shared_buffers_above_share,
    shared_buffers_tiny,
    shared_memory_above_limit,
    shared_memory_above_model,
    shared_memory_sysv,
    swap_in_reach,
    temp_buffers_above_share,
    temp_files_with_room,
    waits_for_memory,
    wal_buffers_large,
)

__all__ = ["CHECKS", "by_id"]

CHECKS: tuple[ModuleType, ...] = (
    # memory
    shared_memory_above_limit,
    running_settings_above_limit,
    temp_files_with_room,
    # limits
    memory_limit_unknown,
    limit_of_a_group_above,
    memory_high_below_max,
    swap_in_reach,
    # memory, measured and counted
    killed_for_memory,
    memory_nearly_full,
    waits_for_memory,
    full_of_page_cache,
    kill_takes_the_container,
    postmaster_killed_first,
    sessions_now_above_limit,
    connections_alone_above_limit,
    one_query_above_limit,
    override_above_limit,
    jit_above_limit,
    shared_buffers_above_share,
    shared_buffers_tiny,
    shared_memory_above_model,
    maintenance_above_share,
    autovacuum_memory_above_share,
    temp_buffers_above_share,
    logical_decoding_above_share,
    cache_estimate_above_limit,
    cache_estimate_below_shared_buffers,
    wal_buffers_large,
    activity_texts_large,
    lock_table_large,
    # /dev/shm
    hash_join_above_dev_shm,
    maintenance_above_dev_shm,
    dev_shm_nearly_full,
    dev_shm_above_half_the_limit,
    dynamic_shared_memory_on_disk,
    shared_memory_sysv,
    # huge pages
    huge_pages_may_kill,
    huge_pages_left_unused,
    large_buffers_in_small_pages,
)
"""All of them, by subject."""


def by_id() -> dict[str, ModuleType]:
    return {one.ID: one for one in CHECKS}
