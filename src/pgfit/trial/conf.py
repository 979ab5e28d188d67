"""The settings of a postgresql.conf that a throwaway server can run with."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import PgfitError

__all__ = ["Configuration", "read_conf", "runnable"]

MOST_BYTES = 1024 * 1024
LINE = re.compile(r"\s*([A-Za-z_][\w.$-]*)\s*(?:=\s*|\s+)('(?:[^'\\]|''|\\.)*'|[^\s#']+)\s*(?:#.*)?", re.DOTALL)
INCLUDES = ("include", "include_dir", "include_if_exists")
ITS_OWN = re.compile(
    r"data_directory|config_file|hba_file|ident_file|external_pid_file|listen_addresses|port|unix_socket_\w+|bonjour\w*"
    r"|ssl\w*|krb_\w+|gss_\w+|archive_\w+|restore_command|recovery_\w+|primary_\w+|promote_\w+|cluster_name"
    r"|synchronous_standby_names|logging_collector|log_(?:directory|filename|destination|line_prefix|timezone)|syslog_\w+"
    r"|stats_temp_directory|temp_tablespaces|default_tablespace|dynamic_library_path|lc_\w+|oauth_\w+"
    r"|shared_preload_libraries|session_preload_libraries|local_preload_libraries|jit_provider|\S+\.\S+"
    r"|(?:statement|lock|transaction|idle_\w+)_timeout|default_transaction_\w+|search_path|default_table_access_method"
)
"""What belongs to the user's own server: its files, addresses, secrets, commands, libraries and standbys; what an application
or an extension keeps there, under a name with a dot; and what would cut short or refuse the trial's own work."""


class Configuration(NamedTuple):
    settings: Mapping[str, str]
    left_out: tuple[str, ...]
    """Names of settings that the trial does without."""


def read_conf(path: Path) -> dict[str, str]:
    """By name; the last line of a name wins. Raises PgfitError, with the line, for what is not one."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PgfitError("it is not a text file", hint="name a postgresql.conf", place=str(path)) from error
    except OSError as error:
        raise PgfitError(f"cannot be read: {error.strerror}", place=str(path)) from error
    if len(text) > MOST_BYTES:
        raise PgfitError("it is larger than any postgresql.conf", place=str(path))
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = LINE.fullmatch(line)
        place = f"{path}:{number}"
        if match is None:
            raise PgfitError("this is no line of a postgresql.conf", hint="NAME = VALUE", place=place)
        name = match[1].lower()
        if name in INCLUDES:
            raise PgfitError(f"{name} is not followed", hint="put what it includes into the file", place=place)
        found[name] = _plain(match[2])
    return found


def runnable(settings: Mapping[str, str]) -> Configuration:
    kept = {name: value for name, value in settings.items() if not ITS_OWN.fullmatch(name)}
    return Configuration(kept, tuple(name for name in settings if name not in kept))


def _plain(value: str) -> str:
    if not value.startswith("'"):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:-1].replace("''", "'"), flags=re.DOTALL)
