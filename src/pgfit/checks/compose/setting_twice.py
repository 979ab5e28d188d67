"""The command sets the same thing twice.

The last one wins. Whoever changes the first one later changes nothing, and wonders.

Fails:

    services:
      db:
        image: postgres:18
        command: -c max_connections=200 -c shared_buffers=256MB -c max_connections=100

Passes:

    services:
      db:
        image: postgres:18
        command: -c max_connections=100 -c shared_buffers=256MB
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import INFO, WARNING, Finding
from ..given import settings, told

ID = "setting-twice"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-SHELL"


def check(deployment: Deployment) -> Iterator[Finding]:
    given = settings(deployment)
    for name in dict.fromkeys(one.name for one in given):
        same = [one for one in given if one.name == name]
        if len(same) < 2:
            continue
        differ = len({one.value for one in same}) > 1
        message = f"{name} is set {len(same)} times; the last one wins: {told(same[-1])}"
        severity, cure = WARNING if differ else INFO, f"keep {told(same[-1])} only"
        yield deployment.finding(ID, severity, message, cure, node=same[0].word.node)
