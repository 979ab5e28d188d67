"""The plan as an override file: stated whole, since override files replace `command:`, and read back as the plan."""

from pathlib import Path

import pytest

from patch.rewriting import project_of, wishes
from pgfit.inputs.compose.project import load
from pgfit.inputs.compose.server import servers
from pgfit.patch.override import HEADER, override
from pgfit.patch.places import Refused
from pgfit.patch.project import patch
from pgfit.yamltree import Source


def overridden(text: str, only: str = "", **variables: str) -> str:
    project = project_of(text, **variables)
    return override(project, patch(project, wishes("512M", "0.5", only=only)), "over.yaml")


def words(text: str, over: str, **variables: str) -> list[str]:
    """The command of db, read from both files."""
    project = load([Source("0.yaml", text), Source("over.yaml", over)], variables, Path("/nowhere"))
    return [word.text for word in servers(project)[0].command.words]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", '    deploy:\n      resources:\n        limits:\n          memory: 512m\n          cpus: "0.5"\n'),
        ("    mem_limit: 1g\n    cpus: 2\n", '    mem_limit: 512m\n    cpus: "0.5"\n'),
        ("    mem_limit: 512m\n    cpus: 2\n", '    cpus: "0.5"\n'),
    ],
)
def test_limits(lines: str, expected: str) -> None:
    text = f"services:\n  db:\n    image: postgres:18\n{lines}"
    assert overridden(text, "limits") == f"{HEADER}services:\n  db:\n{expected}"


def test_nothing_to_change_is_no_file() -> None:
    assert overridden("services:\n  db:\n    image: postgres:18\n    mem_limit: 512m\n    cpus: 0.5\n", "limits") == ""
    assert overridden("services:\n  web:\n    image: web\n") == ""


def test_the_environment_and_the_time_to_stop() -> None:
    text = "services:\n  db:\n    image: postgres:18\n    environment: [POSTGRES_PASSWORD=SECRET123]\n"
    assert overridden(text, "stop_grace_period environment") == (
        f"{HEADER}services:\n  db:\n    stop_grace_period: 1m\n    environment:\n"
        '      PG_OOM_ADJUST_FILE: /proc/self/oom_score_adj\n      PG_OOM_ADJUST_VALUE: "600"\n'
    )


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        pytest.param("", ["postgres", "-c"], id="the image's own CMD"),
        pytest.param("    command: postgres -c x.y='a b' -i\n", ["postgres", "-c", "x.y=a b", "-i", "-c"], id="other words"),
        pytest.param("    command: -c x.y='$$user'\n", ["-c", "x.y=$user", "-c"], id="a dollar"),
        pytest.param("    command: -c x.y=${VAR:-w}\n", ["-c", "x.y=v", "-c"], id="a variable"),
    ],
)
def test_the_whole_command_is_stated(command: str, kept: list[str]) -> None:
    text = f"services:\n  db:\n    image: postgres:18\n{command}"
    over = overridden(text, "command", VAR="v")
    assert words(text, over, VAR="v")[: len(kept)] == kept
    assert "    # fitted by pgfit to 512 MB, 0.5 CPU\n    command:\n" in over


def test_a_variable_stays_a_variable() -> None:
    text = "services:\n  db:\n    image: postgres:18\n    command: -c x.y=${VAR:-w}\n"
    over = overridden(text, "command", VAR="v")
    assert "x.y=${VAR:-w}" in over
    assert words(text, over, VAR="z")[1] == "x.y=z"


def test_a_setting_of_the_file_is_replaced_where_it_stands() -> None:
    text = "services:\n  db:\n    image: postgres:18\n    command: postgres -N 9999 -c jit=on\n"
    found = words(text, overridden(text, "command"))
    assert found[:2] == ["postgres", "-N"]
    assert int(found[2]) < 100
    assert found[3:5] == ["-c", "jit=off"]


def test_immichs_configuration_file_is_not_lost() -> None:
    text = "services:\n  db:\n    image: ghcr.io/immich-app/postgres:14-vectorchord0.4.3\n"
    over = overridden(text, "command")
    assert words(text, over)[:3] == ["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"]


def test_it_goes_with_another_form_of_command_and_environment() -> None:
    text = "services:\n  db:\n    image: postgres:18\n    command: [postgres, -c, jit=on]\n    environment: [A=b]\n"
    over = overridden(text)
    project = load([Source("0.yaml", text), Source("over.yaml", over)], {}, Path("/nowhere"))
    assert {"A", "PG_OOM_ADJUST_FILE", "PG_OOM_ADJUST_VALUE"} == servers(project)[0].environment.keys()
    assert patch(project, wishes("512M", "0.5")).texts == {}


def test_bitnamis_flags() -> None:
    text = "services:\n  db:\n    image: bitnami/postgresql:16\n    environment: [A=b, POSTGRESQL_EXTRA_FLAGS=-c x.y=1]\n"
    over = overridden(text, "command")
    assert "      POSTGRESQL_EXTRA_FLAGS: " in over
    assert "-c x.y=1 -c shared_buffers=" in over


def test_spilos_own_configuration_is_refused() -> None:
    text = "services:\n  db:\n    image: zalando/spilo-16:3\n    environment: {SPILO_CONFIGURATION: 'bootstrap: {}'}\n"
    project = project_of(text)
    found = patch(project, wishes("512M", "0.5"))
    assert isinstance(found.fates[0].refusal, Refused)
    assert override(project, found, "over.yaml") == ""


def test_a_service_name_that_needs_quotes() -> None:
    text = "services:\n  '1':\n    image: postgres:18\n  on:\n    image: postgres:18\n"
    over = overridden(text, "stop_grace_period")
    project = load([Source("0.yaml", text), Source("over.yaml", over)], {}, Path("/nowhere"))
    assert list(project.services) == ["1", "on"]
    assert over == f'{HEADER}services:\n  "1":\n    stop_grace_period: 1m\n  "on":\n    stop_grace_period: 1m\n'
