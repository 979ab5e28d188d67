"""The two ways to limit a container say different things.

`mem_limit` and `deploy.resources.limits.memory` are the same limit, as are `cpus` and `deploy.resources.limits.cpus`.
Compose refuses a file where they differ: "can't set distinct values". That is also so where the block under `deploy`
limits something else only: what it leaves out counts as 0.

Fails:

    services:
      db:
        image: postgres:18
        mem_limit: 512m
        deploy:
          resources:
            limits:
              memory: 1G

Passes:

    services:
      db:
        image: postgres:18
        deploy:
          resources:
            limits:
              memory: 1G
              cpus: "1"
"""

from collections.abc import Iterator

from ..deployment import Deployment
from ..finding import ERROR, Finding

ID = "limits-distinct"
SEVERITY = ERROR
LINK = "https://github.com/compose-spec/compose-go/blob/main/loader/validate.go"


def check(deployment: Deployment) -> Iterator[Finding]:
    for key, other in (("mem_limit", "memory"), ("cpus", "cpus")):
        node = deployment.get(key)
        if node is None:
            continue
        begins = f"{node.place}: {key} "
        for problem in deployment.server.limits.problems:
            if problem.startswith(begins) and "distinct" in problem:
                message = problem.removeprefix(f"{node.place}: ")
                cure = f"write the limit once: deploy.resources.limits.{other}, without {key}"
                yield deployment.finding(ID, SEVERITY, message, cure, node=node)
