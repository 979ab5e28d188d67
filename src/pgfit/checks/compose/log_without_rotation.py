"""The log grows until the disk is full.

Docker's usual driver, json-file, keeps everything a container ever wrote. A server that logs an error at every connection,
or every statement, fills the disk of the host, and then its own volume too. The driver `local` rotates by itself.

It is a note only where the file says nothing of logging: the daemon's own configuration may set a limit.

Fails:

    services:
      db:
        image: postgres:18
        logging:
          driver: json-file

Passes:

    services:
      db:
        image: postgres:18
        logging:
          driver: json-file
          options:
            max-size: 10m
            max-file: "3"
"""

from collections.abc import Iterator

from ...inputs.compose.hosts import word
from ...patch.places import Tree, block
from ...yamltree import Mapping, Scalar
from ..deployment import Deployment
from ..finding import INFO, WARNING, Finding
from ..own_lines import added

ID = "log-without-rotation"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/logging/drivers/json-file/"

LOGGING: Tree = {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}}


def check(deployment: Deployment) -> Iterator[Finding]:
    service, node = deployment.server.service, deployment.get("logging")
    elsewhere = deployment.setting("logging_collector") is True or deployment.get("log_driver") or deployment.get("log_opt")
    if elsewhere or service.problem or deployment.project.v1:
        return
    if node is None or (isinstance(node, Scalar) and node.null):
        cure = "\n".join(block({"logging": LOGGING}, 0))
        fix = added(deployment.project, service, ("logging",), LOGGING)
        yield deployment.finding(ID, INFO, "no limit for the log, unless Docker's daemon has one", cure, node=node, fix=fix)
        return
    driver, options = (node.get("driver"), node.get("options")) if isinstance(node, Mapping) else (None, None)
    limited = isinstance(options, Mapping) and options.get("max-size") is not None
    if limited or (isinstance(options, Scalar) and not options.null) or not isinstance(node, Mapping):
        return
    if driver is None:
        yield deployment.finding(ID, INFO, "no limit for the log, unless Docker's daemon has one", 'max-size: "10m"', node=node)
    elif word(driver, deployment.project.variables) == "json-file":
        yield deployment.finding(
            ID, SEVERITY, "json-file keeps the whole log", 'options: {max-size: "10m", max-file: "3"}', node=driver
        )
