"""A limit is written in a unit that Docker does not take, or that makes it absurdly small.

A bare number is bytes: `mem_limit: 512` is half a kilobyte. Docker refuses limits below 6 MB, Compose refuses the
units of Kubernetes: its `512Mi` is `512m` here, its `500m` of a processor is `0.5`.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 512

Passes:

    services:
      db:
        image: postgres:18
        mem_limit: 512m
        shm_size: 67108864
        cpus: 0.5
"""

import re
from collections.abc import Iterator

from ...errors import BadValue
from ...inputs.compose.limits import DEPLOY
from ...inputs.compose.variables import value
from ...model import Known
from ...units import KB, MB, human, parse_count, parse_size
from ...yamltree import Scalar
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "limit-unit-suspicious"
SEVERITY = ERROR
LINK = "https://docs.docker.com/reference/compose-file/extension/#specifying-byte-values"

LEAST = {("mem_limit",): 6 * MB, (*DEPLOY, "memory"): 6 * MB, ("shm_size",): MB}
"""Docker's own least limit; and of /dev/shm what the statistics alone take."""
CPUS = (("cpus",), (*DEPLOY, "cpus"))
_KUBERNETES = re.compile(r"([\d.]+)\s*([kmgtp])i", re.IGNORECASE)


def check(deployment: Deployment) -> Iterator[Finding]:
    for path in (*LEAST, *CPUS):
        node = deployment.get(*path)
        written = value(node, deployment.project.variables) if isinstance(node, Scalar) and not node.null else None
        if not isinstance(node, Scalar) or not isinstance(written, Known) or not written.value.strip():
            continue
        wrong = _cpus(written.value.strip()) if path in CPUS else _memory(written.value.strip(), LEAST[path])
        if wrong:
            what, cure = wrong
            key = path[-1]
            quoted = written.value if "$" not in node.text else "its variable's value"
            message = f"{key}: {quoted} {what}"
            yield deployment.finding(ID, SEVERITY, message, f"{key}: {cure}", node=node)


def _memory(text: str, least: int) -> tuple[str, str] | None:
    if match := _KUBERNETES.fullmatch(text):
        return "has a unit of Kubernetes, which Compose refuses", f"{match[1]}{match[2].lower()}"
    if text.startswith("-"):
        return None
    if (count := parse_count(text)) is not None and count < KB:
        return (f"means {text} bytes", f"{text}m") if count else None
    try:
        size = parse_size(text)
    except BadValue:
        return "is not a size that Docker can read", "512m"
    if size >= least:
        return None
    return f"means {human(size)}; at least {human(least)} are needed", "512m" if least > MB else "64m"


def _cpus(text: str) -> tuple[str, str] | None:
    if re.fullmatch(r"\d+(\.\d*)?|\.\d+", text):
        return None
    if re.fullmatch(r"\d+m", text):
        return "has a unit of Kubernetes, which Compose refuses", f"{int(text[:-1]) / 1000:g}"
    return "is not a number of processors", "0.5"
