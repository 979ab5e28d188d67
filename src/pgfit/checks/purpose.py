"""What a server is for, where the file says so."""

import re
from pathlib import PurePath

from ..inputs.compose.server import DATA
from ..yamltree import Mapping, Scalar, Sequence
from .deployment import Deployment

__all__ = ["is_for_tests"]

_TEST = re.compile(r"(?<![a-z])(?:ci|e2e|tests?|testing)(?![a-z])", re.IGNORECASE)


def is_for_tests(deployment: Deployment) -> bool:
    """Whether nobody would miss its data: by the name of the file or the service, or because it lies in memory."""
    server = deployment.server
    tmpfs, volumes = deployment.get("tmpfs"), deployment.get("volumes")
    items = tmpfs.items if isinstance(tmpfs, Sequence) else [tmpfs]
    in_memory = [one.text for one in items if isinstance(one, Scalar)]
    for one in volumes.items if isinstance(volumes, Sequence) else []:
        kind, where = (one.get("type"), one.get("target")) if isinstance(one, Mapping) else (None, None)
        if isinstance(kind, Scalar) and kind.text == "tmpfs" and isinstance(where, Scalar):
            in_memory.append(where.text)
    named = f"{PurePath(server.service.key.source.path).name} {server.name}"
    return bool(_TEST.search(named)) or any(text.startswith(DATA) for text in in_memory)
