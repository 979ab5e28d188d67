"""Images that take their settings from a variable: Bitnami's flags, Kartoza's lines, Spilo's YAML."""

from types import MappingProxyType

import pytest

from patch.rewriting import changed, patched, project_of, refused, rewritten, wishes
from pgfit.patch.channels import CHANNELS
from pgfit.patch.project import patch

SETTINGS = {"work_mem": "4MB", "jit": "off"}


@pytest.mark.parametrize(
    ("channel", "text", "expected"),
    [
        ("POSTGRESQL_EXTRA_FLAGS", "", "-c work_mem=4MB -c jit=off"),
        ("POSTGRESQL_EXTRA_FLAGS", "-c work_mem=8MB", "-c work_mem=4MB -c jit=off"),
        ("POSTGRESQL_EXTRA_FLAGS", "-c x.y=1 --work-mem=8MB -N 5", "-c x.y=1 --work-mem=4MB -N 5 -c jit=off"),
        ("POSTGRESQL_EXTRA_FLAGS", "-c work_mem=1MB -c work_mem=8MB", "-c work_mem=1MB -c work_mem=4MB -c jit=off"),
        ("POSTGRESQL_EXTRA_FLAGS", "-c x.y='a b' -S 8192", "-c x.y='a b' -S 4MB -c jit=off"),
        ("POSTGRESQL_EXTRA_FLAGS", "-c x.y=${VAR:-1}", "-c x.y=${VAR:-1} -c work_mem=4MB -c jit=off"),
        ("EXTRA_CONF", "", "work_mem = 4MB\njit = off\n"),
        ("EXTRA_CONF", "work_mem = 8MB\n", "work_mem = 4MB\njit = off\n"),
        ("EXTRA_CONF", "# c\n\nwork_mem = '8MB' # d\nx.y = 1", "# c\n\nwork_mem = 4MB\nx.y = 1\njit = off\n"),
        ("EXTRA_CONF", "work_mem=1MB\nWORK_MEM=8MB\n", "work_mem=1MB\nwork_mem = 4MB\njit = off\n"),
        ("EXTRA_CONF", "work_mem 8MB\n", "work_mem = 4MB\njit = off\n"),
        ("SPILO_CONFIGURATION", "", 'postgresql:\n  parameters:\n    work_mem: "4MB"\n    jit: "off"\n'),
        (
            "SPILO_CONFIGURATION",
            'postgresql:\n  parameters:\n    work_mem: "8MB"\n',
            'postgresql:\n  parameters:\n    work_mem: "4MB"\n    jit: "off"\n',
        ),
    ],
)
def test_settings_are_merged_into_what_stands_there(channel: str, text: str, expected: str) -> None:
    assert CHANNELS[channel].merge(text, SETTINGS) == expected
    assert CHANNELS[channel].merge(expected, SETTINGS) == expected
    assert {**CHANNELS[channel].read(expected), **SETTINGS} == CHANNELS[channel].read(expected)


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("POSTGRESQL_EXTRA_FLAGS", "$(cat /flags)"),
        ("POSTGRESQL_EXTRA_FLAGS", "-c 'a=b"),
        ("POSTGRESQL_EXTRA_FLAGS", "-c work_mem=8MB; reboot"),
        ("EXTRA_CONF", "work_mem = 8MB\n<<EOF\n"),
        ("SPILO_CONFIGURATION", "bootstrap:\n  dcs: {}\n"),
        ("SPILO_CONFIGURATION", "postgresql:\n  parameters:\n    x.y: 1\n"),
        ("SPILO_CONFIGURATION", "postgresql:\n  use_unix_socket: true\n"),
        ("SPILO_CONFIGURATION", "a: [b\n"),
    ],
)
def test_what_is_not_understood_is_left_to_its_owner(channel: str, text: str) -> None:
    assert CHANNELS[channel].merge(text, SETTINGS) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("work_mem = 8MB", {"work_mem": "8MB"}),
        ("work_mem=8MB # c", {"work_mem": "8MB"}),
        ("Work_Mem '8MB'", {"work_mem": "8MB"}),
        ("log_line_prefix = '%m it''s '", {"log_line_prefix": "%m it's "}),
        ("# work_mem = 8MB", {}),
        ("a = 1\na = 2", {"a": "2"}),
    ],
)
def test_lines_of_a_configuration_are_read(text: str, found: dict[str, str]) -> None:
    assert CHANNELS["EXTRA_CONF"].read(text) == found


# -- in a file --------------------------------------------------------------------------------------------------------

ONLY = MappingProxyType({"memory": "512M", "cpus": "1", "only": "command"})
IMAGES = {
    "POSTGRESQL_EXTRA_FLAGS": "bitnami/postgresql:16",
    "EXTRA_CONF": "kartoza/postgis:16-3.4",
    "SPILO_CONFIGURATION": "zalando/spilo-16:3.3",
}


def service(channel: str, lines: str = "") -> str:
    body = "".join(f"    {line}\n" for line in lines.split("\n")) if lines else ""
    return f"services:\n  db:\n    image: {IMAGES[channel]}\n{body}    ports: []\n"


@pytest.mark.parametrize("channel", list(IMAGES))
@pytest.mark.parametrize(
    "lines", ["", "environment:\n  A: b", "environment:\n  - A=b", "environment: {A: b}", "environment:", "environment:\n- A=b"]
)
def test_the_variable_is_written_anew(channel: str, lines: str) -> None:
    text = service(channel, lines)
    new = rewritten(text, **ONLY)
    assert channel in new
    assert "command" not in new
    assert all(line in new for line in lines.split("\n") if "A" in line and "{" not in line)
    (fate,) = patched(new, **ONLY).fates
    assert fate.fitted is not None
    assert not fate.changes


def test_bitnamis_flags_in_a_mapping() -> None:
    text = service("POSTGRESQL_EXTRA_FLAGS", "environment:\n  A: b\n  POSTGRESQL_EXTRA_FLAGS: -c work_mem=1GB -c x.y=1 # c")
    new = rewritten(text, **ONLY)
    lines = changed(text, new).split("\n")
    assert lines[0] == "-      POSTGRESQL_EXTRA_FLAGS: -c work_mem=1GB -c x.y=1 # c"
    assert len(lines) == 2
    assert "work_mem=1GB" not in new
    assert " -c x.y=1 " in lines[1]
    assert lines[1].endswith(" # c")


def test_bitnamis_flags_in_a_list() -> None:
    text = service("POSTGRESQL_EXTRA_FLAGS", "environment:\n  - A=b\n  - 'POSTGRESQL_EXTRA_FLAGS=-c work_mem=1GB'")
    new = rewritten(text, **ONLY)
    assert "      - A=b\n      - 'POSTGRESQL_EXTRA_FLAGS=-c work_mem=" in new
    assert "work_mem=1GB" not in new


def test_kartozas_lines_in_a_literal_block() -> None:
    text = service("EXTRA_CONF", "environment:\n  EXTRA_CONF: |\n    # mine\n    work_mem = 1GB\n    x.y = 1\n  A: b")
    new = rewritten(text, **ONLY)
    lines = changed(text, new).split("\n")
    assert [line for line in lines if line.startswith("-")] == ["-        work_mem = 1GB"]
    assert "        # mine\n        work_mem = " in new
    assert "      A: b\n" in new


def test_spilos_yaml_is_written_as_a_literal_block() -> None:
    new = rewritten(service("SPILO_CONFIGURATION"), **ONLY)
    assert '      SPILO_CONFIGURATION: |\n        postgresql:\n          parameters:\n            shared_buffers: "' in new


@pytest.mark.parametrize(
    ("channel", "lines", "fragment"),
    [
        (
            "SPILO_CONFIGURATION",
            "environment:\n  SPILO_CONFIGURATION: |\n    bootstrap: {}",
            "postgresql:\n  parameters:\n    shared_buffers: ",
        ),
        ("POSTGRESQL_EXTRA_FLAGS", "environment:\n  POSTGRESQL_EXTRA_FLAGS: -c 'a=b", "-c shared_buffers="),
        ("EXTRA_CONF", "environment:\n  EXTRA_CONF: what is this", "shared_buffers = "),
    ],
)
def test_a_variable_that_holds_something_else_is_refused_with_the_fragment(channel: str, lines: str, fragment: str) -> None:
    error = refused(service(channel, lines), **ONLY)
    assert error.message == f"{channel} holds more than settings"
    assert error.place == "0.yaml:5"
    assert getattr(error, "fragment", "").startswith(fragment)


GIVEN = {
    "POSTGRESQL_EXTRA_FLAGS": "      POSTGRESQL_EXTRA_FLAGS: '{}'\n",
    "EXTRA_CONF": "      EXTRA_CONF: |\n        {}\n",
    "SPILO_CONFIGURATION": "      SPILO_CONFIGURATION: |\n        postgresql:\n          parameters:\n            {}\n",
}
SPELLED = {
    "POSTGRESQL_EXTRA_FLAGS": ("-c {}={}", " "),
    "EXTRA_CONF": ("{} = '{}'", "\n        "),
    "SPILO_CONFIGURATION": ("{}: '{}'", "\n            "),
}


def with_settings(channel: str, **settings: str) -> str:
    """A file whose image is given these by its own variable."""
    form, between = SPELLED[channel]
    lines = GIVEN[channel].format(between.join(form.format(name, value) for name, value in settings.items()))
    return f"services:\n  db:\n    image: {IMAGES[channel]}\n    mem_limit: 1g\n    cpus: 2\n    environment:\n{lines}"


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_what_the_variable_says_is_planned_with(channel: str) -> None:
    """As if it stood in a command: what is the owner's to say stays and is paid for, max_connections stays if it fits."""
    text = with_settings(channel, wal_buffers="200MB", max_connections="30", log_temp_files="-1", work_mem="64kB")
    (fate,) = patched(text).fates
    assert fate.fitted is not None, fate.refusal
    plan = fate.fitted.plan
    assert plan.value("max_connections") == 30
    assert plan.value("wal_buffers") == 200 * 1024**2
    assert {"wal_buffers", "log_temp_files"} <= set(fate.fitted.kept)
    assert {name: old for name, old, _ in fate.settings if old} == {"work_mem": "64kB"}
    after = rewritten(text)
    assert "200MB" in after
    assert "64kB" not in after


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_keep_is_for_the_variable_too(channel: str) -> None:
    (fate,) = patched(with_settings(channel, work_mem="2MB", max_connections="40"), keep=True).fates
    assert fate.fitted is not None, fate.refusal
    assert fate.fitted.kept == {"work_mem": "kept: --keep", "max_connections": "kept: --keep"}
    assert fate.fitted.plan.value("work_mem") == 2 * 1024**2


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_a_setting_that_is_none_is_refused_in_the_variable_too(channel: str) -> None:
    error = refused(with_settings(channel, no_such_setting="1"))
    assert "no_such_setting" in str(error)
    assert error.place.startswith("0.yaml:7") or error.place.startswith("0.yaml:8")


@pytest.mark.parametrize("channel", ["POSTGRESQL_EXTRA_FLAGS", "EXTRA_CONF"])
def test_what_comes_into_the_variable_from_another_stays(channel: str) -> None:
    project = project_of(with_settings(channel, work_mem="${WM}", max_connections="20"), WM="2MB")
    found = patch(project, wishes())
    (fate,) = found.fates
    assert fate.fitted is not None, fate.refusal
    assert fate.fitted.kept == {"work_mem": "it comes from ${WM}"}
    assert fate.fitted.plan.value("work_mem") == 2 * 1024**2
    assert "${WM}" in found.texts["0.yaml"][1]


def test_the_comments_of_patronis_yaml_are_not_lost() -> None:
    text = with_settings("SPILO_CONFIGURATION", work_mem="64kB").replace("work_mem: '64kB'", "work_mem: 64kB # mine")
    assert "holds more than settings" in str(refused(text))
