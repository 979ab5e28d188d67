"""Each format, literally, for one small plan; and the document against its schema."""

import json
import shlex
from pathlib import Path

import jsonschema
import pytest
import yaml

from pgfit.model import Plan
from pgfit.render import FORMATS, render
from pgfit.render.compose import _scalar
from pgfit.render.conf import _quoted
from pgfit.render.flags import arguments, quoted
from pgfit.render.table import as_table
from planning import plan_for

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
SCHEMA = json.loads((ROOT / "docs" / "plan.schema.json").read_text())


@pytest.fixture(scope="module")
def small() -> Plan:
    return plan_for("256M", "0.3")


@pytest.fixture(scope="module")
def rich_plan() -> Plan:
    """Everything a plan may hold at once."""
    return plan_for(
        "8G",
        "4",
        "analytics",
        postgres=17,
        connections=12,
        volume_size="100G",
        shm_size="256M",
        reserve="200M",
        extensions=("timescaledb", "pgvector"),
        settings=('search_path="$user", it\'s', "log_line_prefix=%m [%p] ", "application_name=a\\b"),
    )


@pytest.mark.parametrize("form", ["flags", "conf", "sql", "docker", "compose", "table"])
def test_the_plan_of_256_mb_literally(small: Plan, form: str) -> None:
    """python tests/render/golden.py writes these files anew, to be read before they are committed."""
    assert render(small, form) == (GOLDEN / f"{form}.txt").read_text()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_ends_in_one_newline(small: Plan, form: str) -> None:
    text = render(small, form)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_flags_are_one_line_that_a_shell_reads_back(rich_plan: Plan) -> None:
    text = render(rich_plan, "flags")
    assert text.count("\n") == 1
    assert shlex.split(text) == arguments(rich_plan)
    assert 'search_path="$user", it\'s' in arguments(rich_plan)


def test_flags_know_which_of_them_a_shell_must_unquote(small: Plan, rich_plan: Plan) -> None:
    assert quoted(small) == []
    assert quoted(rich_plan) == ["search_path", "log_line_prefix", "application_name"]


@pytest.mark.parametrize("text", ["16MB", "0700", "-1", "5min", "1.5", "-0.25", "on", "read_only"])
def test_conf_leaves_words_and_numbers_plain(text: str) -> None:
    assert _quoted(text) == text


@pytest.mark.parametrize("text", ["127.0.0.1", "1.5x", "1.5GB", "1e-05", "0x1F", "1.", ".5", "-", "", "*", "٣", "md5"])
def test_conf_quotes_what_postgresql_would_not_read(text: str) -> None:
    """Of most of them it says "syntax error"; the others are quoted to be on the safe side."""
    assert _quoted(text) == f"'{text}'"


def test_sql_names_each_library_by_itself() -> None:
    made = plan_for("1G", "1", settings=("oauth_validator_libraries=a,b c", "output_plugin_libraries=a, b"))
    text = render(made, "sql")
    assert "ALTER SYSTEM SET oauth_validator_libraries = 'a', 'b c';" in text
    assert "ALTER SYSTEM SET output_plugin_libraries = 'a', 'b';" in text


def test_compose_reads_back_after_its_own_interpolation(rich_plan: Plan) -> None:
    service = yaml.safe_load(render(rich_plan, "compose"))["services"]["postgres"]
    assert [word.replace("$$", "$") for word in service["command"]] == ["postgres", *arguments(rich_plan)]
    assert service["shm_size"] == "256m"
    assert service["deploy"]["resources"]["limits"] == {"cpus": "4", "memory": "8g"}


@pytest.mark.parametrize(
    ("text", "yaml_text"),
    [
        ("jit=off", "jit=off"),
        ("off", '"off"'),
        ("a=$b", '"a=$$b"'),
        ('a="', '"a=\\""'),
        ("a=b c", '"a=b c"'),
        ("-c", "-c"),
    ],
)
def test_compose_quotes_what_yaml_or_compose_would_change(text: str, yaml_text: str) -> None:
    assert _scalar(text) == yaml_text


def test_compose_follows_the_compose_specification(rich_plan: Plan, small: Plan) -> None:
    schema = ROOT.parent / "shared" / "corpus" / "compose-spec.json"
    if not schema.exists():
        pytest.skip("the Compose specification's schema is not at hand")
    validator = jsonschema.Draft7Validator(json.loads(schema.read_text()))
    for plan in (rich_plan, small):
        validator.validate(yaml.safe_load(render(plan, "compose")))


def test_docker_names_no_password(small: Plan) -> None:
    words = shlex.split(render(small, "docker"))
    assert words[words.index("POSTGRES_PASSWORD") - 1] == "-e"
    assert not any(word.startswith("POSTGRES_PASSWORD=") for word in words)


def test_the_data_volume_of_18_is_one_directory_up() -> None:
    assert "postgres-data:/var/lib/postgresql " in render(plan_for(postgres=18), "docker")
    assert "postgres-data:/var/lib/postgresql/data " in render(plan_for(postgres=17), "docker")


def test_json_and_yaml_are_the_same_document(rich_plan: Plan) -> None:
    assert json.loads(render(rich_plan, "json")) == yaml.safe_load(render(rich_plan, "yaml"))


@pytest.mark.parametrize("cpus", ["2", None])
def test_the_document_follows_its_schema(rich_plan: Plan, cpus: str | None) -> None:
    for plan in (rich_plan, plan_for("1G", cpus), plan_for("1G", cpus, "ci"), plan_for("64M", cpus, postgres=13)):
        jsonschema.validate(json.loads(render(plan, "json")), SCHEMA)


def test_the_document_adds_up(rich_plan: Plan) -> None:
    document = json.loads(render(rich_plan, "json"))
    budget = document["budget"]
    assert sum(part["bytes"] for part in budget["parts"]) == budget["worst_case"] <= budget["limit"] == 8 * 1024**3
    assert document["connections"] == {"application": 12, "reserved": 1}
    sizes = {row["name"]: row["bytes"] for row in document["settings"] if "bytes" in row}
    assert sizes["maintenance_work_mem"] == 800 * 1024**2
    fixed = [row["name"] for row in document["settings"] if row["fixed"]]
    assert fixed == ["search_path", "log_line_prefix", "application_name"]


@pytest.mark.parametrize("form", ["table", "conf", "sql", "compose"])
def test_an_overcommitted_plan_says_so_in_its_first_line(form: str) -> None:
    made = plan_for("256M", "0.3", connections=300, allow_overcommit=True)
    assert "OVERCOMMITTED by " in render(made, form).splitlines()[0]


@pytest.mark.parametrize("form", ["table", "conf", "sql", "compose"])
def test_a_plan_for_19_says_that_it_was_not_booted(form: str) -> None:
    assert "NOT BOOTED" in render(plan_for("1G", "1", postgres=19), form).splitlines()[0]


@pytest.mark.parametrize("form", ["table", "conf", "sql", "compose"])
def test_the_ci_profile_says_that_it_loses_data(form: str) -> None:
    assert "NOT DURABLE" in render(plan_for("1G", "1", "ci"), form).splitlines()[0]


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_the_table_keeps_to_its_width(small: Plan, width: int) -> None:
    text = as_table(small, width=width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "\x1b" not in text
    assert "34MB" in text
    assert "1344kB" in text


def test_the_table_has_colour_only_when_asked(small: Plan) -> None:
    assert "\x1b[" in as_table(small, width=80, colour=True)
