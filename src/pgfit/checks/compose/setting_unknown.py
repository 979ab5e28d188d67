"""The command sets something that this PostgreSQL does not know.

The server does not start: "unrecognized configuration parameter". Settings come and go with major versions, so a
command that worked may stop a server after an upgrade. Names with a dot belong to extensions, and are not looked at.

Fails:

    services:
      db:
        image: postgres:18
        command: -c checkpoint_segments=32

Passes:

    services:
      db:
        image: postgres:18
        command: -c max_wal_size=1GB -c pg_stat_statements.max=1000
"""

from collections.abc import Iterator

from ...catalog import MAJORS, catalog, when
from ...errors import nearest
from ..deployment import Deployment
from ..finding import ERROR, Finding
from ..given import majors, settings

ID = "setting-unknown"
SEVERITY = ERROR
LINK = "https://www.postgresql.org/docs/current/runtime-config.html"

STILL_TAKEN = {"sort_mem": 13, "vacuum_mem": 13, "ssl_ecdh_curve": 18}
"""Old names that servers from this major on take for new ones."""
BEFORE_13 = frozenset(
    """
    checkpoint_segments wal_keep_segments default_with_oids sql_inheritance replacement_sort_tuples custom_variable_classes
    min_parallel_relation_size max_fsm_pages max_fsm_relations add_missing_from regex_flavor silent_mode krb_srvname
    ssl_renegotiation_limit unix_socket_directory wal_sender_delay replication_timeout xloginsert_locks
    """.split()  # noqa: SIM905  forty quotes and commas would hide the names
)
"""Gone before the first major of the catalog: right for an image whose version is not known, and old."""
REPLACED = {
    "checkpoint_segments": "max_wal_size",
    "wal_keep_segments": "wal_keep_size",
    "force_parallel_mode": "debug_parallel_query",
    "unix_socket_directory": "unix_socket_directories",
    "io_workers": "io_max_workers",
}


def check(deployment: Deployment) -> Iterator[Finding]:
    known = majors(deployment)
    one = known[0] if len(known) == 1 else None
    for given in {given.name: given for given in reversed(settings(deployment))}.values():
        name = given.name
        if not known or "." in name or any(name in catalog(major) or STILL_TAKEN.get(name, 99) <= major for major in known):
            continue
        if one is None and name in BEFORE_13:
            continue
        who = f"PostgreSQL {one}" if one else f"no PostgreSQL from {MAJORS[0]} to {MAJORS[-1]}"
        why = (when(name, one) if one else "") or ("it went before PostgreSQL 13" if name in BEFORE_13 else "")
        message = f"{who} {'has no' if one else 'has a'} setting {name}" + (f": {why}" if why else "")
        guess = REPLACED.get(name) or ("" if why else nearest(name, list(catalog(known[-1]))))
        cure = f"{guess} instead" if guess else f"delete {name}"
        yield deployment.finding(ID, SEVERITY, message, cure, node=given.word.node)
