"""What pg_settings does not say. Written by hand."""

__all__ = [
    "BUILD_CHOICES",
    "END_OF_LIFE",
    "NEVER_BOOTED",
    "QUOTED_LISTS",
    "WRITTEN_BY_INITDB",
    "manual_page",
]

END_OF_LIFE = {13: "November 2025", 14: "November 2026"}
"""Majors that get no more fixes, and since when. https://www.postgresql.org/support/versioning/"""

NEVER_BOOTED = {19: "its parameters are transcribed from its source; memory figures are those of 18"}
"""Majors of which no server could be had, and what stands in for it."""

BUILD_CHOICES = {
    "wal_compression": ("lz4", "zstd"),
    "default_toast_compression": ("lz4",),
    "io_method": ("io_uring",),
    "syslog_facility": (),
}
"""Choices that depend on how the server was built; the catalog's servers may lack them."""

WRITTEN_BY_INITDB = {"shared_buffers": "16384", "max_connections": "100", "max_wal_size": "1024", "min_wal_size": "80"}
"""What initdb writes into postgresql.conf where the machine allows: what a new server really starts with."""

QUOTED_LISTS = {
    "local_preload_libraries",
    "oauth_validator_libraries",
    "output_plugin_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
}
"""Lists of names, of which ALTER SYSTEM wants each by itself: in one literal they would be one long name.
The same list as in PostgreSQL's own pg_dump (variable_is_guc_list_quote)."""

_PAGES = (
    ("Autovacuum", "autovacuum"),  # its chapter's old name
    ("Client Connection Defaults", "client"),
    ("Connections and Authentication", "connection"),
    ("Developer Options", "developer"),
    ("Error Handling", "error-handling"),
    ("File Locations", "file-locations"),
    ("Lock Management", "locks"),
    ("Preset Options", "preset"),
    ("Query Tuning", "query"),
    ("Replication", "replication"),
    ("Reporting and Logging", "logging"),
    ("Resource Usage", "resource"),
    ("Statistics", "statistics"),
    ("Vacuuming", "vacuum"),
    ("Version and Platform Compatibility", "compatible"),
    ("Write-Ahead Log", "wal"),
)


def manual_page(major: int, name: str, category: str) -> str:
    """The setting's own paragraph in the manual of its version, or the chapter's table of contents."""
    page = next((f"-{page}" for start, page in _PAGES if category.startswith(start)), "")
    if major < 18 and page == "-vacuum":  # 18 made one chapter of vacuuming; before, it was spread over two
        page = "-resource" if name.startswith("vacuum_cost") else "-autovacuum"
    anchor = f"#GUC-{name.upper().replace('_', '-')}" if page else ""
    return f"https://www.postgresql.org/docs/{major}/runtime-config{page}.html{anchor}"
