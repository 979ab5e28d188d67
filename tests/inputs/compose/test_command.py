"""The words of a command, and the settings among them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.inputs.compose.command import Command, read_command, split
from pgfit.inputs.compose.project import load
from pgfit.yamltree import Scalar, Source

VARIABLES = {"A": "a", "MEM": "64MB", "TWO": "x y", "ALL": "postgres -c work_mem=8MB"}


def read(command: str) -> Command:
    """`command` as it stands behind `command:`, lines below it indented by six."""
    project = load([Source("file.yaml", f"services:\n  db:\n    command: {command}\n")], VARIABLES, Path("/nowhere"))
    return read_command(project.services["db"].get("command"), VARIABLES)


def words(command: str) -> list[str]:
    return [one.text for one in read(command).words]


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        pytest.param("postgres -c work_mem=8MB", {"work_mem": "8MB"}, id="-c"),
        pytest.param("-c work_mem=8MB", {"work_mem": "8MB"}, id="-c alone"),
        pytest.param("postgres -cwork_mem=8MB", {"work_mem": "8MB"}, id="-c glued"),
        pytest.param("postgres --work_mem=8MB", {"work_mem": "8MB"}, id="long"),
        pytest.param("postgres --work-mem=8MB", {"work_mem": "8MB"}, id="long with a hyphen"),
        pytest.param("postgres -c work-mem=8MB", {"work_mem": "8MB"}, id="-c with a hyphen"),
        pytest.param("postgres -c WORK_MEM=8MB", {"work_mem": "8MB"}, id="in capitals"),
        pytest.param("postgres -N 200", {"max_connections": "200"}, id="-N"),
        pytest.param("postgres -N200", {"max_connections": "200"}, id="-N glued"),
        pytest.param("postgres -B 16MB", {"shared_buffers": "16MB"}, id="-B"),
        pytest.param("postgres -S 4096", {"work_mem": "4096"}, id="-S"),
        pytest.param("postgres -p 5433", {"port": "5433"}, id="-p"),
        pytest.param("postgres -F", {"fsync": "off"}, id="-F"),
        pytest.param("postgres -h '*'", {"listen_addresses": "*"}, id="-h quoted"),
        pytest.param(
            "postgres -D /data -k /run -d 3 -i", {"data_directory": "/data", "unix_socket_directories": "/run"}, id="others"
        ),
        pytest.param("postgres -c 'work_mem=8MB'", {"work_mem": "8MB"}, id="quoted whole"),
        pytest.param("postgres -c work_mem='8MB'", {"work_mem": "8MB"}, id="quoted value"),
        pytest.param('postgres -c "work_mem=8MB"', {"work_mem": "8MB"}, id="double-quoted"),
        pytest.param("postgres -c log_line_prefix='%m [%p] '", {"log_line_prefix": "%m [%p] "}, id="blanks in quotes"),
        pytest.param("postgres -c log_line_prefix=%m\\ %p", {"log_line_prefix": "%m %p"}, id="an escaped blank"),
        pytest.param("postgres -c search_path=", {"search_path": ""}, id="an empty value"),
        pytest.param("postgres -c a.b=c=d", {"a.b": "c=d"}, id="an equals sign in the value"),
        pytest.param("postgres -c work_mem=8MB -c work_mem=4MB", {"work_mem": "4MB"}, id="the last wins"),
        pytest.param("postgres -N 200 -c max_connections=50", {"max_connections": "50"}, id="the last wins across forms"),
        pytest.param("postgres -c work_mem=${MEM}", {"work_mem": "64MB"}, id="a variable"),
        pytest.param("postgres -c work_mem=${NONE:-8MB}", {"work_mem": "8MB"}, id="a default"),
        pytest.param("postgres -c x.y='$$user'", {"x.y": "$user"}, id="a dollar"),
        pytest.param("postgres --single --help", {}, id="long options without a value"),
        pytest.param("postgres", {}, id="nothing"),
        pytest.param("/usr/lib/postgresql/16/bin/postgres -c work_mem=8MB", {"work_mem": "8MB"}, id="with a path"),
        pytest.param("docker-entrypoint.sh postgres -c work_mem=8MB", {"work_mem": "8MB"}, id="the entrypoint before it"),
        pytest.param("immich-docker-entrypoint.sh postgres -c work_mem=8MB", {"work_mem": "8MB"}, id="another's entrypoint"),
        pytest.param("[postgres, -c, work_mem=8MB]", {"work_mem": "8MB"}, id="flow list"),
        pytest.param('["postgres", "-c", "work_mem=8MB"]', {"work_mem": "8MB"}, id="flow list in quotes"),
        pytest.param(
            "[postgres, '-cwork_mem=8MB', -N, 200]", {"work_mem": "8MB", "max_connections": "200"}, id="flow list, mixed"
        ),
        pytest.param("[-c, 'log_line_prefix=%m [%p] ']", {"log_line_prefix": "%m [%p] "}, id="an item is not split"),
        pytest.param("[-c, 'log_line_prefix=''%m''']", {"log_line_prefix": "'%m'"}, id="quotes in an item stay"),
        pytest.param("[-c, 'x.y=\"$$user\", a']", {"x.y": '"$user", a'}, id="immich's search_path"),
        pytest.param("\n      - postgres\n      - -c\n      - work_mem=8MB # c", {"work_mem": "8MB"}, id="block list"),
        pytest.param(
            ">\n      postgres\n      -c work_mem=8MB\n      -N 5", {"work_mem": "8MB", "max_connections": "5"}, id="folded"
        ),
        pytest.param("|\n      postgres\n        -c work_mem=8MB", {"work_mem": "8MB"}, id="literal"),
        pytest.param(
            ">\n      postgres\n        -c work_mem=8MB\n        -N 5",
            {"work_mem": "8MB", "max_connections": "5"},
            id="folded, deeper",
        ),
        pytest.param("postgres\n      -c work_mem=8MB", {"work_mem": "8MB"}, id="plain over lines"),
        pytest.param("'postgres -c work_mem=8MB'", {"work_mem": "8MB"}, id="single-quoted"),
        pytest.param("\"postgres -c x.y='a b'\"", {"x.y": "a b"}, id="quotes in quotes"),
    ],
)
def test_every_form_of_an_option(command: str, settings: dict[str, str]) -> None:
    found = read(command)
    assert (found.problem, found.bypass) == ("", "")
    assert {one.name: one.value for one in found.settings} == settings


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("a 'b c'", ["a", "b c"]),
        ("a b'c d'e", ["a", "bc de"]),
        ('a "b c"d', ["a", "b cd"]),
        ("a '' b", ["a", "", "b"]),
        ("a b\\ c", ["a", "b c"]),
        ('a "b\\"c"', ["a", 'b"c']),
        ("a 'b\\c'", ["a", "b\\c"]),
        ('a "b\'c"', ["a", "b'c"]),
        ("a 'b;c&d|e<f>(g)'", ["a", "b;c&d|e<f>(g)"]),
        ("a $A ${A}b", ["a", "a", "ab"]),
        ("a '${A}'", ["a", "a"]),
        ('a "${TWO}"', ["a", "x y"]),
        ("a b=$$c", ["a", "b=$c"]),
        ("a ${NONE:-b}c", ["a", "bc"]),
        ("[a, 'b c', \"d\"]", ["a", "b c", "d"]),
        ("[a, '${TWO}']", ["a", "x y"]),
        ("[a, 1, on, ~]", ["a", "1", "on", "~"]),
        ("''", []),
        ("[]", []),
    ],
)
def test_words_are_split_as_compose_splits_them(command: str, expected: list[str]) -> None:
    assert words(command) == expected


@pytest.mark.parametrize("command", ["", "~", "null"])
def test_null_is_no_command(command: str) -> None:
    assert read(command) == Command(None, (), ())


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("postgres -c 'work_mem=8MB", "a quote in the command that is never closed"),
        ('postgres -c x="8MB', "a quote in the command that is never closed"),
        ("postgres -c work_mem=8MB; sleep 1", "`;` in the command, which compose cannot split into words"),
        ("postgres -c a=1 && sleep 1", "`&` in the command"),
        ("postgres -c a=$(nproc)", "a single `$`"),
        ("postgres -c a=`nproc`", "``` in the command"),
        ("postgres > /log", "`>` in the command"),
        ("postgres -c a=(b)", "`(` in the command"),
        ("postgres -c a=$1", "a single `$`"),
        ("postgres -c a=${NONE:?needed}", "the variable NONE is required, and not set"),
        ("postgres ${TWO}", "TWO brings several words of the command"),
        ("${ALL}", "ALL brings several words of the command"),
        ("${NONE}", "the whole command comes from NONE"),
        ("${NONE:-postgres -c a=1}", "NONE brings several words of the command"),
        ("['postgres -c work_mem=8MB']", "one item of the list holds a whole command line: there is no such program"),
        ("[postgres, {a: b}]", "an item of the command that is not a word"),
        ("{a: b}", "`command:` is neither a string nor a list"),
        ("postgres -c", "-c is the last word: its value is missing"),
        ("postgres -N", "-N is the last word: its value is missing"),
        ("postgres -c work_mem", "-c work_mem has no value"),
        ("postgres -c ' work_mem=8MB'", "a blank before work_mem: the server would refuse to start"),
        ("[postgres, '-c work_mem=8MB']", "a blank before work_mem: the server would refuse to start"),
        ("postgres work_mem=8MB", "'work_mem' is no option of the server"),
    ],
)
def test_what_cannot_be_told_is_a_problem_with_its_place(command: str, problem: str) -> None:
    assert read(command).problem.startswith(f"file.yaml:3: {problem}")


@pytest.mark.parametrize(
    ("command", "bypass"),
    [
        ("bash -c 'postgres -c work_mem=8MB'", "the command runs bash, not the server itself"),
        ("[bash, -c, 'exec postgres -c work_mem=8MB']", "the command runs bash, not the server itself"),
        ("/start.sh", "the command runs /start.sh, not the server itself"),
        ("docker-entrypoint.sh sh -c x", "the command runs sh, not the server itself"),
        ("pg_dump -h db", "the command runs pg_dump, not the server itself"),
        ("postgres-exporter -c a=b", "the command runs postgres-exporter, not the server itself"),
        ("['']", "the command runs an empty word, not the server itself"),
    ],
)
def test_what_runs_instead_of_the_server(command: str, bypass: str) -> None:
    found = read(command)
    assert (found.bypass, found.problem, found.settings) == (f"file.yaml:3: {bypass}", "", ())


@pytest.mark.parametrize("command", ["''", "[]", "docker-entrypoint.sh"])
def test_for_an_empty_command_the_image_runs_its_own(command: str) -> None:
    found = read(command)
    assert (found.bypass, found.problem, found.settings) == ("", "", ())


def test_the_last_of_a_setting_that_is_given_twice() -> None:
    command = read("[-c, work_mem=8MB, -c, jit=off, -c, work_mem=4MB]")
    last = command.last("work_mem")
    assert last is not None
    assert (last.value, last.word) == ("4MB", command.words[5])
    assert command.last("shared_buffers") is None


def test_a_word_knows_its_characters_and_its_variables() -> None:
    command = read("postgres -c work_mem='${MEM}' -N 5")
    word = command.words[2]
    assert (word.raw, word.text, word.variables) == ("work_mem='${MEM}'", "work_mem=64MB", ("MEM",))
    assert word.node.text[word.start : word.end] == word.raw


@given(st.text(alphabet="ab =-c'\"\\$\n;{}", max_size=40))
def test_no_string_is_too_odd(text: str) -> None:
    node = Scalar(Source("file.yaml", text), 0, len(text), text, "")
    command = read_command(node, VARIABLES)
    if not command.problem:
        assert "".join(word.raw for word in split(node, VARIABLES)) == "".join(one.raw for one in command.words)
