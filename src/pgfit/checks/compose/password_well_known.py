"""The password is one that everybody tries first.

Programs that look for open servers try the words of manuals and examples, and the name of the user, within minutes. It is
an error where the port is open on every interface of the host.

Fails:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_PASSWORD: postgres

Passes:

    services:
      db:
        image: postgres:18
        environment:
          POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import ERROR, WARNING, Finding
from ..passwords import passwords, variable
from ..ports import is_open

ID = "password-well-known"
SEVERITY = WARNING
LINK = "https://www.postgresql.org/docs/current/auth-password.html"

WELL_KNOWN = frozenset(
    """
    postgres postgresql postgres123 password passwd pass pass123 password1 password123 passw0rd p@ssw0rd mypassword
    mysecretpassword secretpassword supersecret superpassword supersecretpassword yourpassword securepassword strongpassword
    dbpassword dbpass pgpassword postgrespassword changeme changethis changemeplease replaceme secret admin admin123
    administrator root toor user username test test123 testing testpassword example demo default database db docker dev
    development local guest qwerty letmein 123 1234 12345 123456 1234567 12345678 123456789 1234567890 abc123 foobar pw pwd
    xxx todo
    """.split()  # noqa: SIM905  a hundred quotes and commas would hide the words
)
"""Without `-`, `_`, `.`, blanks and angle brackets, in small letters."""
SIGNS = str.maketrans("", "", "-_. <>!")
NAMES = ("POSTGRES_USER", "POSTGRES_DB", "POSTGRESQL_USERNAME", "POSTGRESQL_USER", "POSTGRESQL_DATABASE", "DB_USER", "DB_NAME")


def check(deployment: Deployment) -> Iterator[Finding]:
    names = {known.lower() for name in NAMES if (known := variable(deployment, name))}
    for one in passwords(deployment):
        word = one.effective.strip().lower()
        if word and (word in names or word.translate(SIGNS) in WELL_KNOWN):
            exposed = is_open(deployment)
            how = "the name of the user or of the database" if word in names else "one that everybody tries first"
            message = f"{one.name} is {how}" + (", and the port is open on every interface" if exposed else "")
            cure = f"{one.name}: ${{{one.name}:?}}, in .env what `openssl rand -hex 24` prints"
            yield deployment.finding(ID, ERROR if exposed else SEVERITY, message, cure, node=one.node)
