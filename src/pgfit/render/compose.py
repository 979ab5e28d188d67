"""A service for a compose file: command as a list, /dev/shm, limits, time to stop."""

import re
from collections.abc import Iterator

from ..model import Plan
from ..units import print_cpus, print_docker_size, print_postgres_duration
from . import summary
from .docker import data_volume
from .flags import arguments

__all__ = ["as_compose"]

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(=[A-Za-z0-9_./-]+)?|-c")
_TYPED = {"on", "off", "yes", "no", "true", "false", "null", "y", "n"}


def as_compose(plan: Plan) -> str:
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    box, major = plan.container, plan.facts.postgres
    for warning in summary.warnings(plan):
        yield f"# {warning}"
    yield "services:"
    yield "  postgres:"
    yield f"    image: postgres:{major}"
    yield "    command:"
    for word in ("postgres", *arguments(plan)):
        yield f"      - {_scalar(word)}"
    yield "    environment:"
    yield "      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}"
    for name, value in box.environment.items():
        yield f'      {name}: "{value}"'
    yield f"    shm_size: {print_docker_size(box.shm_size)}"
    yield f"    memswap_limit: {print_docker_size(box.memory)}"
    yield f"    stop_grace_period: {print_postgres_duration(box.stop_grace_period).replace('min', 'm')}"
    yield "    deploy:"
    yield "      resources:"
    yield "        limits:"
    if box.cpus is not None:
        yield f'          cpus: "{print_cpus(box.cpus)}"'
    yield f"          memory: {print_docker_size(box.memory)}"
    yield "    volumes:"
    yield f"      - postgres-data:{data_volume(major)}"
    yield "volumes:"
    yield "  postgres-data:"


def _scalar(text: str) -> str:
    """A YAML scalar that reads back as this text after compose's own interpolation of `$`."""
    text = text.replace("$", "$$")
    if _PLAIN.fullmatch(text) and text.lower() not in _TYPED:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
