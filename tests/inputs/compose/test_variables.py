"""Variables: what `${…}` makes of a text, and what a .env file says. Forms as in the Compose specification."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgfit.errors import PgfitError
from pgfit.inputs.compose.find import environment
from pgfit.inputs.compose.variables import dotenv, expand, value
from pgfit.model import Known, Unknown
from pgfit.yamltree import Scalar, Source

VARIABLES = {"A": "a", "E": "", "B": "b", "P": "${A}", "A_B": "c"}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("plain", "plain"),
        ("$A", "a"),
        ("${A}", "a"),
        ("x${A}y", "xay"),
        ("$A-y", "a-y"),
        ("$A_B", "c"),
        ("${A}_B", "a_B"),
        ("${A}${B}", "ab"),
        ("$A$B", "ab"),
        ("${E}", ""),
        ("${A:-d}", "a"),
        ("${A-d}", "a"),
        ("${E:-d}", "d"),
        ("${E-d}", ""),
        ("${N:-d}", "d"),
        ("${N-d}", "d"),
        ("${N:-}", ""),
        ("${N-}", ""),
        ("${N:-d e}", "d e"),
        ("${N:-d-e:f}", "d-e:f"),
        ("${N:--c x=1}", "-c x=1"),
        ("${N:-${B}}", "b"),
        ("${N:-$B}", "b"),
        ("${N:-${M:-x}}", "x"),
        ("${N:-x${M:-${A}}y}z", "xayz"),
        ("${N:-$$x}", "$x"),
        ("${A:+x}", "x"),
        ("${A+x}", "x"),
        ("${E:+x}", ""),
        ("${E+x}", "x"),
        ("${N:+x}", ""),
        ("${N+x}", ""),
        ("${A:+${B}}", "b"),
        ("${A:?message}", "a"),
        ("${E?message}", ""),
        ("${A?message}", "a"),
        ("$$", "$"),
        ("$$A", "$A"),
        ("$${A}", "${A}"),
        ("$$$A", "$a"),
        ("$$$$", "$$"),
        ("${P}", "${A}"),
        ("a{b}", "a{b}"),
    ],
)
def test_every_form_of_a_variable(text: str, made: str) -> None:
    expansion = expand(text, VARIABLES)
    assert (expansion.text, expansion.problem, expansion.unset) == (made, "", ())


@pytest.mark.parametrize(
    ("text", "made", "unset"),
    [
        ("$N", "", ("N",)),
        ("x${N}y", "xy", ("N",)),
        ("${N}${M}${N}", "", ("N", "M")),
        ("${N:-$M}", "", ("M",)),
        ("${A:+$M}", "", ("M",)),
        ("${A:-$M}", "a", ()),
        ("${N:+$M}", "", ()),
        ("$AB", "", ("AB",)),
    ],
)
def test_what_is_needed_and_stands_nowhere(text: str, made: str, unset: tuple[str, ...]) -> None:
    expansion = expand(text, VARIABLES)
    assert (expansion.text, expansion.unset) == (made, unset)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("${N:?message}", "the variable N is required, and not set"),
        ("${N?message}", "the variable N is required, and not set"),
        ("${E:?message}", "the variable E is required, and not set"),
        ("${N:-${M:?message}}", "the variable M is required, and not set"),
        ("${A", "`${` is never closed"),
        ("${N:-${A}", "`${` is never closed"),
        ("${}", "`${…}` does not begin with the name of a variable"),
        ("${1A}", "`${…}` does not begin with the name of a variable"),
        ("${A!x}", "`${A…}` has something compose does not know after the name"),
        ("${A B}", "`${A…}` has something compose does not know after the name"),
        ("${A:=x}", "`${A…}` has something compose does not know after the name"),
        ("a$", "a single `$`"),
        ("$ a", "a single `$`"),
        ("$1", "a single `$`"),
        ("^a$|", "a single `$`"),
        ("${A}" * 201, "more than 200 variables"),
    ],
)
def test_what_compose_would_refuse(text: str, problem: str) -> None:
    assert expand(text, VARIABLES).problem.startswith(problem)


def test_all_names_are_known_once() -> None:
    assert expand("$A ${N:-d} $A ${E:+$B}", VARIABLES).names == ("A", "N", "E")


@given(st.text(alphabet="${}AN:-+? \"'", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    assert isinstance(expand(text, VARIABLES).text, str)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${A}", Known("a", "file.yaml:1")),
        ("x", Known("x", "file.yaml:1")),
        ("${N}", Unknown("file.yaml:1: it comes from N, which is not set here")),
        ("${N:?it}", Unknown("file.yaml:1: the variable N is required, and not set")),
    ],
)
def test_a_value_is_known_with_its_place_or_unknown_with_the_reason(text: str, found: Known[str] | Unknown) -> None:
    assert value(Scalar(Source("file.yaml", text), 0, len(text), text, ""), VARIABLES) == found


# -- .env -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("X=1\n", {"X": "1"}, id="plain"),
        pytest.param("X=1", {"X": "1"}, id="no last newline"),
        pytest.param("X = 1\n", {"X": "1"}, id="blanks around"),
        pytest.param("# c\n\nX=1\n", {"X": "1"}, id="comment and blank line"),
        pytest.param("X=1 # c\n", {"X": "1"}, id="comment behind"),
        pytest.param("X=1#c\n", {"X": "1#c"}, id="hash inside"),
        pytest.param("X='1 # c'\n", {"X": "1 # c"}, id="hash in quotes"),
        pytest.param("export X=1\n", {"X": "1"}, id="export"),
        pytest.param("X=\n", {"X": ""}, id="empty value"),
        pytest.param("X='a b'\n", {"X": "a b"}, id="single quotes"),
        pytest.param('X="a b"\n', {"X": "a b"}, id="double quotes"),
        pytest.param('X="a\\nb"\n', {"X": "a\nb"}, id="escape in double quotes"),
        pytest.param("X='a\\nb'\n", {"X": "a\\nb"}, id="no escape in single quotes"),
        pytest.param('X="a\nb"\nY=2\n', {"X": "a\nb", "Y": "2"}, id="over two lines"),
        pytest.param("X=a=b\n", {"X": "a=b"}, id="an equals sign in the value"),
        pytest.param("X=1\nY=${X}2\n", {"X": "1", "Y": "12"}, id="a variable from above"),
        pytest.param("Y=$A\n", {"Y": "a"}, id="a variable from outside"),
        pytest.param("A=z\nY=$A\n", {"A": "z", "Y": "a"}, id="outside wins"),
        pytest.param('Y="${A}2"\n', {"Y": "a2"}, id="a variable in double quotes"),
        pytest.param("Y='${A}'\n", {"Y": "${A}"}, id="none in single quotes"),
        pytest.param("export Y='${A}'\n", {"Y": "${A}"}, id="none in single quotes after export"),
        pytest.param("Y=${N:-d}\n", {"Y": "d"}, id="a default"),
        pytest.param("A\n", {"A": "a"}, id="a name alone, from outside"),
        pytest.param("N\n", {}, id="a name alone, from nowhere"),
        pytest.param("X=1\nX=2\n", {"X": "2"}, id="the last wins"),
        pytest.param("X=1\r\nY=2\r\n", {"X": "1", "Y": "2"}, id="CRLF"),
        pytest.param("\ufeffX=1\n", {"X": "1"}, id="byte order mark"),
        pytest.param("X=é\n", {"X": "é"}, id="beyond ASCII"),
    ],
)
def test_a_dotenv_file(tmp_path: Path, text: str, found: dict[str, str]) -> None:
    (tmp_path / ".env").write_bytes(text.encode())
    assert dotenv(tmp_path / ".env", VARIABLES) == found


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"X=1\nY Z\n", ".env:2: this is no NAME=VALUE"),
        (b"X=1\n\nY='never closed\n", ".env:3: this is no NAME=VALUE"),
        (b"X=\xff\xfe\n", ".env: it is not UTF-8 text"),
    ],
)
def test_what_is_no_dotenv_file(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / ".env").write_bytes(data)
    with pytest.raises(PgfitError) as error:
        dotenv(tmp_path / ".env", {})
    assert str(error.value) == f"{tmp_path}/{message}"


def test_a_missing_env_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(PgfitError) as error:
        environment(tmp_path, [str(tmp_path / "none.env")])
    assert str(error.value) == f"{tmp_path}/none.env: cannot be read: No such file or directory"


def test_the_environment_wins_over_env_files_and_they_over_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("ONE=dotenv\nTWO=dotenv\nTHREE=dotenv\n")
    (tmp_path / "a.env").write_text("ONE=a\nTWO=a\n")
    (tmp_path / "b.env").write_text("TWO=b\nTHREE=b\n")
    monkeypatch.setenv("THREE", "process")
    by_default, named = environment(tmp_path), environment(tmp_path, [str(tmp_path / name) for name in ("a.env", "b.env")])
    assert [by_default.get(name) for name in ("ONE", "TWO", "THREE")] == ["dotenv", "dotenv", "process"]
    assert [named.get(name) for name in ("ONE", "TWO", "THREE")] == ["a", "b", "process"]


def test_without_any_file_there_is_the_environment_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREE", "process")
    assert environment(tmp_path)["THREE"] == "process"
