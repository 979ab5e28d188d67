"""The server is on the host's own network.

It listens on every interface of the host, without a published port that would tell, and beside whatever else uses 5432
there. The image's pg_hba.conf trusts connections from 127.0.0.1 without a password: with this network those are all
programs of the host.

Fails:

    services:
      db:
        image: postgres:18
        network_mode: host

Passes:

    services:
      db:
        image: postgres:18
        ports:
          - 127.0.0.1:5432:5432
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import WARNING, Finding
from ..ports import network_mode

ID = "network-host"
SEVERITY = WARNING
LINK = "https://docs.docker.com/engine/network/drivers/host/"


def check(deployment: Deployment) -> Iterator[Finding]:
    if network_mode(deployment) == "host":
        message = "network_mode: host puts the server on every interface of the host"
        cure = 'ports: ["127.0.0.1:5432:5432"] instead of network_mode'
        yield deployment.finding(ID, SEVERITY, message, cure, node=deployment.get("network_mode"))
