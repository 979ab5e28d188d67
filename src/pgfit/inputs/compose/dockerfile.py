"""What a service that is built says of itself: the image its Dockerfile begins with, and its CMD."""

import io
import json
import logging
from pathlib import Path
from typing import NamedTuple

from ...model import Unknown
from ...yamltree import Mapping, Node, Scalar
from .variables import Variables, expand

__all__ = ["Built", "read_build"]

MOST_BYTES = 1024 * 1024


class Built(NamedTuple):
    image: str
    """The image the last stage comes from."""
    cmd: tuple[str, ...] | None
    """CMD, if the Dockerfile has its own in list form."""
    entrypoint: bool
    """Whether it replaces the entrypoint."""


def read_build(build: Node, directory: Path, variables: Variables) -> Built | Unknown:
    """Unknown where the Dockerfile is not here, or cannot be followed."""
    context, file, inline, target = ".", "Dockerfile", "", ""
    if isinstance(build, Scalar):
        context = expand(build.text, variables).text
    elif isinstance(build, Mapping):
        texts = {
            name: expand(node.text, variables).text
            for name in ("context", "dockerfile", "target", "dockerfile_inline")
            if isinstance(node := build.get(name), Scalar)
        }
        context, file = texts.get("context", "."), texts.get("dockerfile", "Dockerfile")
        inline, target = texts.get("dockerfile_inline", ""), texts.get("target", "")
    path = directory / context / file
    if inline:
        return _parsed(inline, build, target, variables)
    if "://" in context or not path.is_file():
        return Unknown(f"the image is built from {path}, which is not here")
    try:
        with path.open("rb") as opened:
            text = opened.read(MOST_BYTES).decode(errors="replace")
    except OSError as error:
        return Unknown(f"the image is built from {path}, which cannot be read: {error.strerror}")
    return _parsed(text, build, target, variables)


def _parsed(text: str, build: Node, target: str, variables: Variables) -> Built | Unknown:
    from dockerfile_parse import DockerfileParser  # noqa: PLC0415  only where something is built

    logging.getLogger("dockerfile_parse").setLevel(logging.CRITICAL)
    arguments = _arguments(build, variables)
    parser = DockerfileParser(fileobj=io.BytesIO(text.encode()), build_args=arguments)  # type: ignore[arg-type]  # it wants bytes
    stages: dict[str, str] = {}
    image, cmd, entrypoint = "", None, False
    known = dict(arguments)
    for line in parser.structure:
        instruction, rest = line["instruction"].upper(), line["value"].strip()
        if instruction == "ARG" and not image:
            name, equals, default = rest.partition("=")
            if equals:
                known.setdefault(name, default.strip("\"'"))
        elif instruction == "FROM":
            if target and target in stages and stages[target] == image:
                break
            words = [word for word in rest.split() if not word.startswith("--")]
            if not words:
                return Unknown("its Dockerfile has a FROM without an image")
            if not (image and words[0] in stages):
                cmd, entrypoint = None, False
            image = stages.get(words[0], expand(words[0], known).text)
            if len(words) == 3:
                stages[words[2]] = image
        elif instruction == "CMD":
            cmd = _words(rest)
        elif instruction == "ENTRYPOINT":
            entrypoint = "docker-entrypoint.sh" not in rest
    return Built(image, cmd, entrypoint) if image else Unknown("its Dockerfile has no FROM")


def _words(text: str) -> tuple[str, ...] | None:
    try:
        words = json.loads(text)
    except ValueError:
        return None
    return tuple(str(word) for word in words) if isinstance(words, list) else None


def _arguments(build: Node, variables: Variables) -> dict[str, str]:
    from .merge import pairs, text_of  # noqa: PLC0415  as above

    found: dict[str, str] = {}
    for name, node, entry in pairs(build.get("args") if isinstance(build, Mapping) else None):
        if node is None:
            if name in variables:
                found[name] = variables[name]
        else:
            found[name] = expand(text_of(node, entry), variables).text
    return found
