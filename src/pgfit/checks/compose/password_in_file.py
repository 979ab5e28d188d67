"""A password stands in the file.

Whoever reads the file, its repository or its backups has it, and it cannot be changed in one place. A default,
`${POSTGRES_PASSWORD:-this}`, is a password as well wherever nobody sets the variable; that is told as info.

The official image reads it from a file too, for a secret: POSTGRES_PASSWORD_FILE.

Fails:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_PASSWORD: dG9wIHNlY3JldA

Passes:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import INFO, WARNING, Finding
from ..passwords import passwords

ID = "password-in-file"
SEVERITY = WARNING
LINK = "https://docs.docker.com/compose/how-tos/use-secrets/"


def check(deployment: Deployment) -> Iterator[Finding]:
    for one in passwords(deployment):
        if one.literal:
            message = f"the default of {one.name} is a password" if one.default else f"{one.name} is written in the file"
            cure = f"{one.name}: ${{{one.name}:?}}, set in .env"
            yield deployment.finding(ID, INFO if one.default else SEVERITY, message, cure, node=one.node)
