"""docker or podman by its command line: whether it runs here and can limit, the images it has, and its commands."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import PgfitError
from .owned import PREFIX, abandoned, own_name
from .place import Limits, NoPlace
from .scratch import last_line

__all__ = ["ENGINES", "LABEL", "Engine", "Image", "complaint", "connect", "image", "images"]

ENGINES = ("docker", "podman")
SECONDS = 120
"""For any command of theirs."""
INFO_SECONDS = 20
LABEL = PREFIX.rstrip("-")
"""What marks the containers of trials, beside their names."""
POSTGRES = re.compile(r"(?:(?:docker\.io|localhost)/)?(?:library/)?postgres:(\d+)(?:[.-].*)?")
"""The official image, or one built in its place. Others are taken only where they are named."""


class Engine(NamedTuple):
    """One that answers."""

    name: str
    """docker or podman."""
    cgroups: str
    """v1 or v2."""
    rootless: bool = False
    lacking: Mapping[str, str] = {}
    """What it cannot limit (memory, cpu, io), and why."""

    def lacks(self, limits: Limits) -> str:
        """Why these limits cannot be set; '' if they can, as far as it says itself."""
        wanted = [name for name, asked in (("memory", True), ("cpu", limits.cpus), ("io", limits.iops)) if asked]
        return next((self.lacking[name] for name in wanted if name in self.lacking), "")

    def ask(self, *words: str, seconds: float = SECONDS, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """Run one of its commands, whatever comes of it. Raises PgfitError where it does not answer.

        podman's monitor of a container writes a file `oom` where it was started.
        """
        return _ask(self.name, words, seconds, cwd)

    def do(self, *words: str, seconds: float = SECONDS) -> str:
        """What it prints. Raises PgfitError with its complaint."""
        done = self.ask(*words, seconds=seconds)
        if done.returncode:
            raise PgfitError(f"{self.name} {words[0]}: {complaint(done.stderr)}")
        return done.stdout.strip()

    def remove(self, *names: str) -> None:
        """Containers, with the volumes that their image asked for. Not being there is as good."""
        if names:
            self.ask("rm", "-f", "-v", *names)

    def sweep(self) -> None:
        """Remove the containers of trials that were killed outright."""
        self.remove(*filter(abandoned, self._ours()))

    def remove_own(self) -> None:
        """All that this process made."""
        self.remove(*(name for name in self._ours() if name.startswith(own_name())))

    def _ours(self) -> list[str]:
        """Names of the containers of trials."""
        return self.do("ps", "-a", "--filter", f"label={LABEL}", "--format", "{{.Names}}").split()


class Image(NamedTuple):
    """One that is here, and holds a server."""

    engine: Engine
    name: str
    major: int

    @property
    def origin(self) -> str:
        """As Programs have it."""
        return self.name


def connect(name: str) -> Engine | str:
    """The engine of this name; in words why not."""
    if shutil.which(name) is None:
        return "it is not installed"
    try:
        done = _ask(name, ("info", "--format", "{{json .}}"), INFO_SECONDS)
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except (PgfitError, ValueError) as error:
        return error.message if isinstance(error, PgfitError) else "its info is not JSON"
    if not isinstance(told, dict) or not told:
        return complaint(done.stderr)
    return _podman(name, told["host"]) if "host" in told else _docker(name, told)


def _docker(name: str, told: Mapping[str, Any]) -> Engine | str:
    errors = told.get("ServerErrors") or []
    if errors:
        return str(errors[0])
    if "Docker Desktop" in str(told.get("OperatingSystem")):
        return "Docker Desktop's containers run in a machine of their own, which cannot be watched from here"
    if any("name=rootless" in str(one) for one in told.get("SecurityOptions") or []):
        return "rootless docker gives its files to another user; rootless podman does not"
    warnings = " ".join(map(str, told.get("Warnings") or []))
    lacking = {
        kind: f"its kernel has no {what}"
        for kind, what, missing in (
            ("memory", "memory limit", not told.get("MemoryLimit", True)),
            ("cpu", "CPU quota", not told.get("CpuCfsQuota", True)),
            ("io", "bound for a disk's reads", "read_iops" in warnings),
        )
        if missing
    }
    return Engine(name, f"v{told.get('CgroupVersion') or 1}", lacking=lacking)


def _podman(name: str, host: Mapping[str, Any]) -> Engine | str:
    if host.get("serviceIsRemote"):
        return "its containers run on another machine, which cannot be watched from here"
    rootless = bool((host.get("security") or {}).get("rootless"))
    version = str(host.get("cgroupVersion") or "v1")
    if rootless and version == "v1":
        return "without root it sets no limits with cgroup v1"
    here = [str(one).replace("blkio", "io") for one in host.get("cgroupControllers") or []]
    user = "this user" if rootless else "it"
    lacking = {one: f"{user} was not given the {one} controller" for one in ("memory", "cpu", "io") if here and one not in here}
    return Engine(name, version, rootless, lacking)


def images(engine: Engine, major: int | None) -> list[Image]:
    """The official ones that are here, of this major if one is given, the newest first."""
    said = engine.do("images", "--format", "{{.Repository}}:{{.Tag}}").split()
    found = [(name, match) for name in said if (match := POSTGRES.fullmatch(name))]
    known = [Image(engine, name, int(match[1])) for name, match in found if major in (None, int(match[1]))]
    return sorted(known, key=lambda one: (-one.major, len(one.name)))


def image(engine: Engine, name: str) -> Image:
    """The one of this name, pulled if it is not here. Raises PgfitError where it cannot be had, or holds no server."""
    if not re.fullmatch(r"[A-Za-z0-9][\w./:@-]*", name):
        raise PgfitError(f"{name!r} is no image's name", hint="for example postgres:17", place="--image")
    if engine.ask("image", "inspect", name).returncode:
        _pull(engine, name)
    done = engine.ask("run", "--rm", "--network", "none", "--entrypoint", "postgres", name, "--version")
    version = re.search(r"\b(\d+)(?:\.|devel|beta|rc)", done.stdout)
    if done.returncode or version is None:
        why = complaint(done.stderr)
        raise PgfitError(f"{name} runs no PostgreSQL: {why}", hint="for example --image postgres:17", place="--image")
    return Image(engine, name, int(version[1]))


def _pull(engine: Engine, name: str) -> None:
    """Its progress is the user's to see."""
    shown = sys.stderr or subprocess.DEVNULL
    done = subprocess.run([engine.name, "pull", name], stdin=subprocess.DEVNULL, stdout=shown, check=False)
    if done.returncode:
        raise PgfitError(f"{engine.name} has no {name}, and cannot pull it", hint="its reason is above", place="--image")


def _ask(name: str, words: Sequence[str], seconds: float, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """An interruption waits for the command's end: what it makes half of would be left behind."""
    try:
        process = subprocess.Popen(
            [name, *words],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # ctrl-C is for pgfit
        )
    except OSError as error:
        raise NoPlace(f"{name} cannot be run: {error.strerror}") from error
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.communicate()
        raise NoPlace(f"{name} {words[0]} did not end within {seconds:.0f} s", hint=f"is it well? Try: {name} ps") from error
    except BaseException:
        process.communicate(timeout=SECONDS)
        raise
    return subprocess.CompletedProcess([name, *words], process.returncode, out, err)


def complaint(said: str) -> str:
    """The line that says why; docker adds one about --help."""
    lines = [line for line in said.splitlines() if line.strip() and "--help" not in line]
    return re.sub(r"^(?:Error|ERROR|docker|Cannot)?: (?:Error response from daemon: )?", "", last_line("\n".join(lines)))[:300]
