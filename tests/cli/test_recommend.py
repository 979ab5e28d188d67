"""What `pgfit recommend` says on stderr beside its answer."""

import shlex
import subprocess
import sys

import pytest

PGFIT = [sys.executable, "-m", "pgfit", "recommend", "--memory", "256M", "--cpus", "1"]
PREFIX = "log_line_prefix=%m [%p] "


@pytest.mark.parametrize(("form", "lines"), [("flags", 1), ("docker", 0), ("conf", 0)])
def test_a_line_of_flags_with_quotes_says_where_a_shell_does_not_see_them(form: str, lines: int) -> None:
    done = subprocess.run([*PGFIT, "--set", PREFIX, "--format", form], capture_output=True, text=True, check=True)
    assert done.stderr.count("warning: log_line_prefix: quoted for a shell") == done.stderr.count("\n") == lines


def test_a_shell_takes_the_quotes_away_with_eval_alone() -> None:
    """As the guide says; `words` stands for postgres."""
    command = shlex.join([*PGFIT, "--set", PREFIX, "--format", "flags"])
    words = """words() { printf '%s\\n' "$@"; }; """

    def shell(script: str) -> list[str]:
        done = subprocess.run(["bash", "-c", words + script], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    assert PREFIX in shell(f'eval "words $({command})"')
    assert PREFIX not in shell(f"words $({command})")
