"""What a server is for, where the file says so."""

import re
from pathlib import PurePath

from .data import Mount, home
from .deployment import Deployment

__all__ = ["is_for_tests"]

_TEST = re.compile(r"(?<![a-z])(?:ci|e2e|tests?|testing)(?![a-z])", re.IGNORECASE)


def is_for_tests(deployment: Deployment) -> bool:
    """Whether nobody would miss its data: by the name of the file or the service, or because it lies in memory."""
    server, data = deployment.server, home(deployment)
    named = f"{PurePath(server.service.key.source.path).name} {server.name}"
    return bool(_TEST.search(named)) or (isinstance(data, Mount) and data.kind == "tmpfs")
