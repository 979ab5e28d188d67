"""The two configurations of a trial: what there is, and what pgfit recommends for it."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import PgfitError

if TYPE_CHECKING:
    from ..model import Plan
    from ..trial import Arm
    from ..trial.place import Limits
    from ..units import Bytes

__all__ = ["Given", "Typed", "arms_of", "name_of", "of_compose", "of_options"]

OWN_NAME = "pgfit"


def name_of(path: Path, taken: Collection[str] = (OWN_NAME,)) -> str:
    """The file's own, or with its directory where that means something else already."""
    if path.name not in taken:
        return path.name
    return str(path) if len(path.parts) > 1 else f"./{path}"


class Typed(NamedTuple):
    """The options that decide the recommendation, as typed."""

    memory: str | None
    cpus: str | None
    profile: str
    connections: int | None
    settings: tuple[str, ...]


class Given(NamedTuple):
    """Both configurations, and the limit."""

    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    plan: "Plan"
    major: int | None
    shm_sizes: "tuple[Bytes, Bytes]"
    """Of /dev/shm, where a container has its own: before and after."""

    @property
    def cpus(self) -> float | None:
        from ..model import Known  # noqa: PLC0415  --help need not load the engine

        cpus = self.plan.facts.cpus
        return cpus.value if isinstance(cpus, Known) else None


def of_options(typed: Typed, major: int, theirs: Mapping[str, str], name: str) -> Given:
    from ..catalog.values import print_value  # noqa: PLC0415  --help need not load the engine
    from ..inputs.options import Options, facts_from  # noqa: PLC0415  as above
    from ..profiles import load  # noqa: PLC0415  as above
    from ..tune import plan  # noqa: PLC0415  as above
    from ..tune.container import DOCKER_SHM  # noqa: PLC0415  as above
    from ..units import Bytes  # noqa: PLC0415  as above

    options = Options(
        memory=typed.memory,
        cpus=typed.cpus,
        postgres=major,
        connections=typed.connections,
        settings=typed.settings,
    )
    made = plan(facts_from(options), load(typed.profile))
    after = {one.setting.name: print_value(one.value) for one in made.settings}
    return Given(name, theirs, after, made, None, (Bytes(DOCKER_SHM), made.container.shm_size))


def of_compose(path: Path, service: str | None, env_files: tuple[str, ...], typed: Typed, major: int | None) -> Given:
    """What the file has, and what `pgfit compose` would write."""
    from ..inputs.options import Options  # noqa: PLC0415  --help need not load the engine
    from ..model import Known  # noqa: PLC0415  as above
    from ..patch.channels import now  # noqa: PLC0415  as above
    from ..patch.fit import Wishes, fit  # noqa: PLC0415  as above
    from ..profiles import load  # noqa: PLC0415  as above
    from ..tune.container import DOCKER_SHM  # noqa: PLC0415  as above
    from ..units import Bytes  # noqa: PLC0415  as above
    from .asking import deployment  # noqa: PLC0415  as above

    server = deployment(path, service, env_files).server
    if major is not None:  # what the trial runs, whatever the file's image is
        server = server._replace(major=Known(major, "--postgres"))
    if server.refusal:
        raise PgfitError(server.refusal.partition(": ")[2] or server.refusal, hint=server.hint, place=server.service.key.place)
    options = Options(memory=typed.memory, cpus=typed.cpus, connections=typed.connections, settings=typed.settings)
    fitted = fit(server, Wishes(profile=load(typed.profile), options=options))
    before = dict(now(server))
    after = {**{name: value for name, value in before.items() if name in fitted.kept}, **fitted.settings}
    told, planned = server.limits.shm_size, fitted.plan.container.shm_size
    shm_size = told.value if isinstance(told, Known) else planned if server.limits.shm_shared else Bytes(DOCKER_SHM)
    sizes = (shm_size, max(shm_size, planned))
    return Given(name_of(path), before, after, fitted.plan, None if fitted.any_major else fitted.plan.facts.postgres, sizes)


def arms_of(
    given: Given, before: Mapping[str, str], after: Mapping[str, str], limits: "Limits", *, own_shm: bool
) -> "Sequence[Arm]":
    """Both, each in the limits it has; `before` and `after` are what a throwaway server can run of them."""
    from ..trial import Arm  # noqa: PLC0415  --help need not load the engine

    sizes = given.shm_sizes if own_shm else (None, None)
    both = ((given.name, before), (OWN_NAME, after))
    return [Arm(name, settings, limits._replace(shm_size=size)) for (name, settings), size in zip(both, sizes, strict=True)]
