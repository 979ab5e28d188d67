"""The image that a service names itself."""

from typing import NamedTuple

from ..inputs.compose.families import Image, parse_image
from ..inputs.compose.variables import value
from ..model import Known
from ..yamltree import Scalar
from .deployment import Deployment

__all__ = ["Named", "named", "pinned"]


class Named(NamedTuple):
    image: Image
    text: str
    """With variables put in."""
    node: Scalar


def named(deployment: Deployment) -> Named | None:
    """None for a service that is built, whose `image:` is but the name of the result, and for what is not known."""
    node = deployment.get("image")
    if not isinstance(node, Scalar) or node.null or deployment.get("build") is not None:
        return None
    made = value(node, deployment.project.variables)
    return Named(parse_image(made.value), made.value.strip(), node) if isinstance(made, Known) else None


def pinned(found: Named, deployment: Deployment) -> str:
    """The line to write: a tag that stays what it is."""
    family = deployment.server.family
    if family is not None and family.name == "official":
        name = found.text.removesuffix(f":{found.image.tag}")
        return f"image: {name}:MAJOR.MINOR, as `SHOW server_version` says"
    return f"a tag of {found.image.repository} that names its version, or a digest: @sha256:…"
