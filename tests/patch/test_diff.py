"""What changes, line by line, with no line around it and no value of the environment in it."""

import pytest

from patch.rewriting import patched
from pgfit.patch.diff import diff, hunks, masked
from pgfit.yamltree import Source

TEXT = "services:\n  db:\n    image: postgres:18\n    environment:\n      POSTGRES_PASSWORD: SECRET123\n    mem_limit: 1g\n"


def lines(before: str, after: str) -> list[str]:
    return diff(Source("a.yaml", before), after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            "mem_limit: 1g",
            "mem_limit: 2g",
            ["@@ -6 +6 @@ services.db.mem_limit", "-    mem_limit: 1g", "+    mem_limit: 2g"],
            id="a line",
        ),
        pytest.param("1g\n", "1g\n    cpus: 1\n", ["@@ -6,0 +7 @@ services.db.cpus", "+    cpus: 1"], id="an insertion"),
        pytest.param("    mem_limit: 1g\n", "", ["@@ -6 +5,0 @@", "-    mem_limit: 1g"], id="a deletion"),
        pytest.param(
            "      POSTGRES_PASSWORD: SECRET123\n",
            '      POSTGRES_PASSWORD: SECRET123\n      PG_OOM_ADJUST_VALUE: "600"\n',
            ["@@ -5,0 +6 @@ services.db.environment.PG_OOM_ADJUST_VALUE", '+      PG_OOM_ADJUST_VALUE: "600"'],
            id="beside a password",
        ),
        pytest.param(
            "SECRET123",
            "SECRET124",
            [
                "@@ -5 +5 @@ services.db.environment.POSTGRES_PASSWORD",
                "-      POSTGRES_PASSWORD: …",
                "+      POSTGRES_PASSWORD: …",
            ],
            id="the password itself",
        ),
    ],
)
def test_only_the_lines_that_change_are_shown(before: str, after: str, expected: list[str]) -> None:
    found = lines(TEXT, TEXT.replace(before, after, 1))
    assert found == ["--- a.yaml", "+++ a.yaml", *expected]


def test_no_change_is_no_diff() -> None:
    assert lines(TEXT, TEXT) == []
    assert list(hunks(Source("a.yaml", TEXT), TEXT)) == []


@pytest.mark.parametrize(
    "environment",
    [
        "{A: SECRET123}",
        "{A: 'SECRET123', B: \"SECRET123\"}",
        "[A=SECRET123]",
        "['A=SECRET123', \"B=SECRET123\"]",
        "['A=x=SECRET123']",
        "{A: 'x SECRET123 \\: SECRET123'}",
        "{? A : SECRET123}",
        "&e {A: SECRET123}",
        "{A: &s SECRET123, B: *s}",
        "[&s A=SECRET123]",
        "{A: !!str SECRET123}",
        "{POSTGRES_INITDB_ARGS: '--auth=md5', A: SECRET123}",
    ],
)
def test_values_of_the_environment_are_hidden_on_lines_that_change(environment: str) -> None:
    text = f"services: {{db: {{image: 'postgres:18', environment: {environment}}}}}\n"
    new = text.replace("image:", "stop_grace_period: 1m, image:")
    assert "SECRET123" not in "\n".join(lines(text, new))
    assert "SECRET123" not in "\n".join(lines(new, text))


def test_a_value_over_several_lines_is_hidden_line_by_line() -> None:
    text = 'services:\n  db:\n    environment: {A: "SECRET123\n      SECRET123", B: c}\n    image: postgres:18\n'
    new = text.replace("B: c", "B: c, PG_OOM_ADJUST_VALUE: 600").replace("{A", "{  A")
    found = lines(text, new)
    assert "SECRET123" not in "\n".join(found)
    assert len([one for one in found if one.startswith(("-    ", "+    "))]) >= 2


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  db:\n    image: postgres:18\n    environment: {POSTGRES_PASSWORD: SECRET123}\n",
        "services:\n  db:\n    image: postgres:18\n    environment: [POSTGRES_PASSWORD=SECRET123]\n",
        "services: {db: {image: 'postgres:18', environment: {POSTGRES_PASSWORD: SECRET123}}}\n",
        "services:\n  db: {image: 'postgres:18', environment: [POSTGRES_PASSWORD=SECRET123]}\n",
        "x-e: &e {POSTGRES_PASSWORD: SECRET123}\nservices:\n  db: {image: 'postgres:18', environment: {<<: *e}}\n",
        "x-e: &e {POSTGRES_PASSWORD: SECRET123}\nservices:\n  db: {image: 'postgres:18', environment: *e}\n",
    ],
)
def test_no_password_is_in_the_diff_of_a_patch(text: str) -> None:
    found = patched(text, memory="512M", cpus="1")
    assert found.texts
    for source, new in found.texts.values():
        assert "SECRET123" not in "\n".join(diff(source, new))


def test_settings_of_an_images_variable_are_no_secret() -> None:
    text = (
        "services:\n  db:\n    image: bitnami/postgresql:16\n    environment:\n"
        "      POSTGRESQL_EXTRA_FLAGS: -c jit=on\n      A: SECRET123\n"
    )
    (pair,) = patched(text, memory="512M", cpus="1", only="command").texts.values()
    assert "-      POSTGRESQL_EXTRA_FLAGS: -c jit=on" in diff(*pair)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("primary_conninfo=host=a password=x1 user=b", "primary_conninfo=host=a password=… user=b"),
        ("-c 'conninfo=password=x1'", "-c 'conninfo=password=…'"),
        ("postgres://app:x1@db/app", "postgres://app:…@db/app"),
        ("postgres://app@db/app -c work_mem=4MB", "postgres://app@db/app -c work_mem=4MB"),
    ],
)
def test_passwords_of_connection_strings_are_hidden(line: str, shown: str) -> None:
    assert masked(line) == shown


@pytest.mark.parametrize(
    "text",
    [
        "primary_conninfo=\"host=p password='s3cret-zzz' user=r\"",
        "primary_conninfo='host=p password=''s3cret zzz'' user=r'",
        'primary_conninfo="host=p password=\\"s3cret zzz\\" user=r"',
        "primary_conninfo='host=p password=\\'s3cret zzz\\' user=r'",
        "password='s3cret \\'zzz'",
        "password = s3cret",
    ],
)
def test_a_password_within_quotes_is_hidden_too(text: str) -> None:
    hidden = masked(text)
    assert "s3cret" not in hidden
    assert "zzz" not in hidden
    assert "…" in hidden
    assert hidden.endswith(text.rpartition("user=r")[1] + text.rpartition("user=r")[2] if "user=r" in text else "…")
