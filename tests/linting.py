"""For the tests of checks: a compose file as text in, the ids of the findings out."""

from pathlib import Path

from pgfit.checks.compose import by_id
from pgfit.checks.finding import Finding
from pgfit.checks.lint import lint
from pgfit.inputs.compose.project import load
from pgfit.yamltree import Source


def found(text: str, check: str, variables: dict[str, str] | None = None) -> list[Finding]:
    """What one check says of a file."""
    project = load([Source("compose.yaml", text)], variables or {}, Path("/nowhere"))
    return list(lint(project, frozenset({check})))


def service(lines: str, image: str = "postgres:18") -> str:
    """A file with one server named db; `lines` are its other keys, one a line."""
    body = "".join(f"    {line}\n" for line in lines.strip("\n").split("\n") if line)
    return f"services:\n  db:\n    image: {image}\n{body}"


def all_ids() -> list[str]:
    return list(by_id())
