"""A whole docker run line: limits, /dev/shm, environment, flags. The password comes from the caller's environment."""

from shlex import quote

from ..model import Plan
from ..units import print_cpus, print_docker_size
from .flags import arguments

__all__ = ["as_docker", "data_volume"]


def data_volume(major: int) -> str:
    """Where the official image keeps its data: 18 moved the volume up one directory."""
    return "/var/lib/postgresql" if major >= 18 else "/var/lib/postgresql/data"


def as_docker(plan: Plan) -> str:
    box, major = plan.container, plan.facts.postgres
    memory = print_docker_size(box.memory)
    words = ["docker", "run", "-d", "--name", "postgres", "--memory", memory, "--memory-swap", memory]
    if box.cpus is not None:
        words += ["--cpus", print_cpus(box.cpus)]
    words += ["--shm-size", print_docker_size(box.shm_size), "--stop-timeout", str(box.stop_grace_period // 1000)]
    words += ["-e", "POSTGRES_PASSWORD"]
    for name, value in box.environment.items():
        words += ["-e", f"{name}={value}"]
    words += ["-v", f"postgres-data:{data_volume(major)}", f"postgres:{major}", *arguments(plan)]
    return " ".join(quote(word) for word in words) + "\n"
