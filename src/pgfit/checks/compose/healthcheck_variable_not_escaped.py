"""A variable of the container is put in by compose, which does not know it.

Compose replaces `$NAME` before anything is started, from .env and its own environment. What `environment:` gives to the
container it does not know, and puts in nothing: `pg_isready -U` takes the next word for the role. A dollar for the shell in
the container is written twice.

Fails:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_USER: app
        healthcheck:
          test: pg_isready -U $POSTGRES_USER -d postgres

Passes:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_USER: app
        healthcheck:
          test: pg_isready -U $$POSTGRES_USER -d postgres
"""

from collections.abc import Iterator

from ...inputs.compose.variables import expand
from ...model import Known
from ...yamltree import Scalar, Sequence
from ..deployment import Deployment
from ..dollars import doubled, single
from ..finding import WARNING, Finding
from ..health import health
from ..inside import variable

ID = "healthcheck-variable-not-escaped"
SEVERITY = WARNING
LINK = "https://docs.docker.com/reference/compose-file/interpolation/"


def check(deployment: Deployment) -> Iterator[Finding]:
    found = health(deployment)
    if found is None or found.off:
        return
    test = found.test
    written = [one for one in (test.items if isinstance(test, Sequence) else [test]) if isinstance(one, Scalar)]
    unset = {name for one in written for name in expand(one.text, deployment.project.variables).unset}
    lost = {name for name in unset if isinstance(known := variable(deployment, name), Known) and known.value}
    here = [one for one in written if single(one.text, lost)]
    if here:
        names = ", ".join(sorted(lost))
        message = f"compose puts nothing in place of {names}, which only the container knows"
        cure = ", ".join(f"$${{{name}}}" for name in sorted(lost))
        edits = tuple(change for one in here for change in doubled(one, lost)) if found.shell else ()
        yield deployment.finding(
            ID, SEVERITY, message, cure if found.shell else f"CMD-SHELL, and {cure}", node=here[0], fix=edits
        )
