"""The data are not on a volume.

What no volume holds is lost with the container: `docker compose down`, or an image pulled anew, and the database is empty.
Up to 17, the official image's data are in /var/lib/postgresql/data, and a volume above that path does not hold them: the
image declares an anonymous volume of its own there.

Fails:

    services:
      db:
        image: postgres:17.6

Passes:

    services:
      db:
        image: postgres:17.6
        volumes:
          - pgdata:/var/lib/postgresql/data
    volumes:
      pgdata:
"""

from collections.abc import Iterator

from ...model import Known
from ..data import Mount, at_old_path, directory, home, is_something_else, mount_point, mounts
from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "data-not-on-volume"
SEVERITY = ERROR
LINK = "https://github.com/docker-library/docs/blob/master/postgres/README.md#where-to-store-data"


def check(deployment: Deployment) -> Iterator[Finding]:
    if home(deployment) is not None or at_old_path(deployment) is not None:
        return
    where, place = directory(deployment), mount_point(deployment)
    kept = f"the data in {where.value}" if isinstance(where, Known) else "the data"
    message = f"no volume holds {kept}: they go with the container"
    near = next((one for one in mounts(deployment) if _is_meant_for_data(one, place)), None)
    if near is not None:
        message = f"the volume at {near.target} does not hold {kept}: they go with the container"
    yield deployment.finding(ID, SEVERITY, message, f"volumes: [pgdata:{place}]", node=near.node if near else None)


def _is_meant_for_data(mount: Mount, place: str) -> bool:
    if mount.kind not in {"volume", "bind"} or not mount.target or is_something_else(mount):
        return False
    return place.startswith(mount.target + "/") or mount.target.endswith(("/data", "/pgdata", "/postgres", "/postgresql"))
