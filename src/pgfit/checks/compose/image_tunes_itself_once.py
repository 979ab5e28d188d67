"""The image writes settings of its own into the volume, once.

At the first start it measures the machine and appends settings to postgresql.conf. They stay when the memory limit or the
machine changes, and nothing in the compose file tells of them. `pgfit compose` writes settings for the limit instead.

Fails:

    services:
      db:
        image: timescale/timescaledb:2.22.0-pg17

Passes:

    services:
      db:
        image: timescale/timescaledb:2.22.0-pg17
        environment:
          NO_TS_TUNE: "true"
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import INFO, Finding
from ..inside import env_file
from ..own_lines import variables_added

ID = "image-tunes-itself-once"
SEVERITY = INFO
LINK = "https://github.com/timescale/timescaledb-docker#configuring-timescaledb"

SAYS_HOW = frozenset({"TS_TUNE_MEMORY"})
"""With one of these its user decides what it measures."""


def check(deployment: Deployment) -> Iterator[Finding]:
    server = deployment.server
    family, files = server.family, env_file(deployment)
    if family is None or not files.whole or deployment.get("build") is not None:
        return
    given = server.environment.keys() | files.found.keys()
    missing = {name: text for name, text in family.environment.items() if name not in given}
    if missing and not SAYS_HOW & given:
        message = "the image sizes its memory settings at the first start, and never again"
        cure = "pgfit compose --write, and " + ", ".join(f'{name}: "{text}"' for name, text in missing.items())
        tuned = server.command.last("shared_buffers") is not None  # without its own tuning a server needs another's
        fix = variables_added(deployment.project, server.service, missing) if tuned else ()
        yield deployment.finding(ID, SEVERITY, message, cure, node=deployment.get("image"), fix=fix)
