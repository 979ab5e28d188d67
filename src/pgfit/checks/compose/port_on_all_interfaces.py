"""The server's port is open to every network of the host.

A port without an address is bound to all of them, and Docker writes its own firewall rules before those of the host: ufw
does not see the traffic. Other services of the file need no published port; for a person on the host, 127.0.0.1 is enough.

Fails:

    services:
      db:
        image: postgres:18
        ports:
          - 5432:5432

Passes:

    services:
      db:
        image: postgres:18
        ports:
          - 127.0.0.1:5432:5432
"""

from collections.abc import Iterator

from ...yamltree import Mapping
from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..ports import open_ports

ID = "port-on-all-interfaces"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/network/port-publishing/"


def check(deployment: Deployment) -> Iterator[Finding]:
    for one in open_ports(deployment):
        outside = f"port {one.published}" if one.published else "a port that Docker picks"
        message = f"PostgreSQL is open on {outside} of every interface of the host"
        cure = "host_ip: 127.0.0.1" if isinstance(one.node, Mapping) else f'- "127.0.0.1:{one.published}:{one.target}"'
        yield deployment.finding(ID, SEVERITY, message, cure, node=one.node)
