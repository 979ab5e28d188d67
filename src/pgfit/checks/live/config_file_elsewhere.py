"""The configuration file is not the one in the data directory.

Edits of postgresql.conf in the volume do nothing: the server reads another file. ALTER SYSTEM still writes into the
data directory, and wins over both.

Fails:
    settings:
      config_file: /etc/postgresql/postgresql.conf

Passes:
    settings:
      config_file: /var/lib/postgresql/data/postgresql.conf
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..audited import Audited
from ..finding import INFO, Finding

__all__ = ["ID", "LINK", "SEVERITY", "check"]

ID = "config-file-elsewhere"
SEVERITY = INFO
LINK = "https://www.postgresql.org/docs/current/runtime-config-file-locations.html"

DEBIAN = re.compile(r"/etc/postgresql/\d+/[^/]+/postgresql\.conf")
"""Where Debian's packages keep it: there is none in the data directory that could be taken for it."""


def check(audited: Audited) -> Iterator[Finding]:
    server = audited.server
    file, data = server.value("config_file"), server.value("data_directory")
    if not isinstance(file, str) or not isinstance(data, str) or not file or not data or server.managed:
        return
    if PurePosixPath(file).is_relative_to(PurePosixPath(data)) or DEBIAN.match(file):
        return
    yield audited.finding(
        ID,
        SEVERITY,
        f"the configuration file is {file}, not the one in {data}",
        cure="edit that one, or take config_file out of the command of the server",
        where="config_file",
        evidence={"config_file": file, "data_directory": data},
    )
