"""Settings merged into a command: the form it is written in is kept, and nothing else of it changes."""

import pytest

from patch.rewriting import merged, project_of
from pgfit.inputs.compose.command import read_command
from pgfit.patch.command import merge_command
from pgfit.patch.places import Refused

SETTINGS = {"work_mem": "4MB", "jit": "off"}


def file(command: str) -> str:
    """`command` with its key and whatever lines it has, at the indent of the service's keys."""
    body = "".join(f"    {line}".rstrip(" ") + "\n" for line in command.split("\n"))
    return f"services:\n  db:\n    image: postgres:18 # the database\n{body}    ports: []\n"


CASES = [
    pytest.param("command: -c work_mem=8MB", "command: -c work_mem=4MB -c jit=off", id="plain"),
    pytest.param(
        "command: postgres -c work_mem=8MB # c", "command: postgres -c work_mem=4MB -c jit=off # c", id="plain, comment"
    ),
    pytest.param("command: postgres", "command: postgres -c work_mem=4MB -c jit=off", id="plain, no settings"),
    pytest.param("command: 'postgres -c work_mem=8MB'", "command: 'postgres -c work_mem=4MB -c jit=off'", id="single-quoted"),
    pytest.param('command: "postgres -c work_mem=8MB"', 'command: "postgres -c work_mem=4MB -c jit=off"', id="double-quoted"),
    pytest.param(
        "command: >\n  postgres\n  -c work_mem=8MB\n  -c x.y=1",
        "command: >\n  postgres\n  -c work_mem=4MB\n  -c x.y=1\n  -c jit=off",
        id="folded",
    ),
    pytest.param(
        "command: >-\n  postgres -c work_mem=8MB\n  -N 5",
        "command: >-\n  postgres -c work_mem=4MB\n  -N 5\n  -c jit=off",
        id="folded, strip",
    ),
    pytest.param(
        "command: > # why\n  postgres\n    -c work_mem=8MB\n    -N 5",
        "command: > # why\n  postgres\n    -c work_mem=4MB\n    -N 5\n    -c jit=off",
        id="folded, more indented",
    ),
    pytest.param(
        "command: >\n  postgres\n\n  -c work_mem=8MB",
        "command: >\n  postgres\n\n  -c work_mem=4MB\n  -c jit=off",
        id="folded, empty line",
    ),
    pytest.param(
        "command: |\n  postgres\n  -c work_mem=8MB", "command: |\n  postgres\n  -c work_mem=4MB\n  -c jit=off", id="literal"
    ),
    pytest.param("command: >-\n  postgres", "command: >-\n  postgres\n  -c work_mem=4MB\n  -c jit=off", id="folded, one line"),
    pytest.param(
        "command: postgres\n  -c work_mem=8MB", "command: postgres\n  -c work_mem=4MB\n  -c jit=off", id="plain over two lines"
    ),
    pytest.param(
        'command: "postgres\n  -c work_mem=8MB"',
        'command: "postgres\n  -c work_mem=4MB\n  -c jit=off"',
        id="double-quoted over two lines",
    ),
    pytest.param(
        "command: [postgres, -c, work_mem=8MB]", 'command: [postgres, -c, work_mem=4MB, "-c", "jit=off"]', id="flow list"
    ),
    pytest.param(
        'command: ["postgres", "-c", "work_mem=8MB"] # c',
        'command: ["postgres", "-c", "work_mem=4MB", "-c", "jit=off"] # c',
        id="flow list, double-quoted",
    ),
    pytest.param(
        "command: ['postgres', '-c', 'work_mem=8MB']",
        "command: ['postgres', '-c', 'work_mem=4MB', '-c', 'jit=off']",
        id="flow list, single",
    ),
    pytest.param(
        'command: ["postgres", "-c" ,"x.y=1" ]',
        'command: ["postgres", "-c" ,"x.y=1", "-c", "work_mem=4MB", "-c", "jit=off" ]',
        id="flow list, odd blanks",
    ),
    pytest.param("command: [-cwork_mem=8MB]", 'command: [-cwork_mem=4MB, "-c", "jit=off"]', id="flow list, glued"),
    pytest.param(
        'command:\n  [\n    "postgres",\n    "-c", "work_mem=8MB", # why\n    "-c", "x.y=1"\n  ]',
        'command:\n  [\n    "postgres",\n    "-c", "work_mem=4MB", # why\n    "-c", "x.y=1",\n    "-c", "jit=off"\n  ]',
        id="flow list over lines with a comment",
    ),
    pytest.param(
        'command:\n  [\n    "postgres",\n    # before\n    "-c", "work_mem=8MB", # why\n    # after\n  ]',
        'command:\n  [\n    "postgres",\n    # before\n    "-c", "work_mem=4MB", # why\n    "-c", "jit=off",\n    # after\n  ]',
        id="flow list over lines with a last comma",
    ),
    pytest.param(
        'command: ["postgres",\n          "-c", "work_mem=8MB"]',
        'command: ["postgres",\n          "-c", "work_mem=4MB", "-c", "jit=off"]',
        id="flow list over lines, closed on the last",
    ),
    pytest.param(
        "command:\n  - postgres\n  - -c\n  - work_mem=8MB # why\n  # after",
        "command:\n  - postgres\n  - -c\n  - work_mem=4MB # why\n  - -c\n  - jit=off\n  # after",
        id="block list with comments",
    ),
    pytest.param(
        "command:\n- postgres\n- -c\n- work_mem=8MB",
        "command:\n- postgres\n- -c\n- work_mem=4MB\n- -c\n- jit=off",
        id="block list at its key's indent",
    ),
    pytest.param(
        'command:\n  - "postgres"\n  - "-c"\n  - "work_mem=8MB"',
        'command:\n  - "postgres"\n  - "-c"\n  - "work_mem=4MB"\n  - "-c"\n  - "jit=off"',
        id="block list, double-quoted",
    ),
    pytest.param(
        "command:\n  -   -c\n  -   work_mem=8MB",
        "command:\n  -   -c\n  -   work_mem=4MB\n  -   -c\n  -   jit=off",
        id="block list, wide dashes",
    ),
    pytest.param("command: postgres -cwork_mem=8MB", "command: postgres -cwork_mem=4MB -c jit=off", id="glued"),
    pytest.param("command: postgres --work_mem=8MB", "command: postgres --work_mem=4MB -c jit=off", id="long"),
    pytest.param("command: postgres --work-mem=8MB", "command: postgres --work-mem=4MB -c jit=off", id="long with a hyphen"),
    pytest.param("command: postgres -S 8192", "command: postgres -S 4MB -c jit=off", id="short"),
    pytest.param("command: postgres -S8192 -i", "command: postgres -S4MB -i -c jit=off", id="short, glued"),
    pytest.param("command: postgres -c 'work_mem=8MB'", "command: postgres -c 'work_mem=4MB' -c jit=off", id="quoted word"),
    pytest.param("command: postgres -c work_mem='8MB'", "command: postgres -c work_mem='4MB' -c jit=off", id="quoted value"),
    pytest.param(
        "command: postgres -c work_mem=8'MB'", "command: postgres -c work_mem=4MB -c jit=off", id="quotes inside the value"
    ),
    pytest.param(
        "command: \"postgres -c 'work_mem=8MB'\"", "command: \"postgres -c 'work_mem=4MB' -c jit=off\"", id="quotes in quotes"
    ),
    pytest.param(
        "command: 'postgres -c ''work_mem=8MB'''", "command: 'postgres -c ''work_mem=4MB'' -c jit=off'", id="doubled quotes"
    ),
    pytest.param(
        "command: postgres -c log_line_prefix='%m [%p] ' -c work_mem=8MB",
        "command: postgres -c log_line_prefix='%m [%p] ' -c work_mem=4MB -c jit=off",
        id="blanks in quotes before it",
    ),
    pytest.param(
        "command: postgres -c 'search_path=\"$$user\", public' -c work_mem=8MB",
        "command: postgres -c 'search_path=\"$$user\", public' -c work_mem=4MB -c jit=off",
        id="$$user",
    ),
    pytest.param(
        "command: postgres -c x.y=${VAR:-a} -c work_mem=8MB -c z.w=$VAR",
        "command: postgres -c x.y=${VAR:-a} -c work_mem=4MB -c z.w=$VAR -c jit=off",
        id="variables",
    ),
    pytest.param(
        "command: postgres -c fsync=off -i --odd=1 -c work_mem=8MB -d 3 --more",
        "command: postgres -c fsync=off -i --odd=1 -c work_mem=4MB -d 3 --more -c jit=off",
        id="other flags and their order",
    ),
    pytest.param(
        "command: postgres -c work_mem=8MB -c work_mem=16MB",
        "command: postgres -c work_mem=8MB -c work_mem=4MB -c jit=off",
        id="the same setting twice: the last counts",
    ),
    pytest.param(
        "command: [-c, work_mem=8MB, -c, work_mem=4MB, -c, jit=on]",
        "command: [-c, work_mem=8MB, -c, work_mem=4MB, -c, jit=off]",
        id="twice, last right",
    ),
    pytest.param("command: -c WORK_MEM=8MB", "command: -c WORK_MEM=4MB -c jit=off", id="in capitals"),
    pytest.param("command: -c work_mem=", "command: -c work_mem=4MB -c jit=off", id="an empty value"),
]


@pytest.mark.parametrize(("command", "expected"), CASES)
def test_the_form_of_a_command_is_kept(command: str, expected: str) -> None:
    assert merged(file(command), SETTINGS, VAR="v") == file(expected)


@pytest.mark.parametrize(("command", "expected"), CASES)
def test_the_form_of_a_command_is_kept_noop(command: str, expected: str) -> None:
    assert command
    assert merged(file(expected), SETTINGS, VAR="v") == file(expected)


@pytest.mark.parametrize(("command", "expected"), CASES)
def test_the_form_of_a_command_is_kept_with_crlf_and_a_byte_order_mark(command: str, expected: str) -> None:
    before, after = (("\ufeff" + file(text)).replace("\n", "\r\n") for text in (command, expected))
    assert merged(before, SETTINGS, VAR="v") == after


@pytest.mark.parametrize(("command", "expected"), CASES)
def test_the_form_of_a_command_is_kept_at_the_end_of_a_file(command: str, expected: str) -> None:
    before, after = (file(text).removesuffix("\n    ports: []\n") for text in (command, expected))
    assert merged(before, SETTINGS, VAR="v") == after


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("command: postgres -N 500", "command: postgres -N 20"),
        ("command: [postgres, -N, '500']", "command: [postgres, -N, '20']"),
        ("command: [postgres, -N500]", "command: [postgres, -N20]"),
        ("command: postgres -N 500 -c max_connections=400", "command: postgres -N 500 -c max_connections=20"),
        ("command: postgres -c max_connections=400 -N 500", "command: postgres -c max_connections=400 -N 20"),
        ("command:\n  - postgres\n  - -N\n  - 500 # many", "command:\n  - postgres\n  - -N\n  - 20 # many"),
    ],
)
def test_short_options(command: str, expected: str) -> None:
    assert merged(file(command), {"max_connections": "20"}) == file(expected)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("command: postgres", "command: postgres -c 'log_line_prefix=%m it'\\''s $$x '"),
        ("command: 'postgres'", "command: 'postgres -c ''log_line_prefix=%m it''\\''''s $$x '''"),
        ('command: "postgres"', "command: \"postgres -c 'log_line_prefix=%m it'\\\\''s $$x '\""),
        ("command: [postgres]", 'command: [postgres, "-c", "log_line_prefix=%m it\'s $$x "]'),
        ("command: ['postgres']", "command: ['postgres', '-c', 'log_line_prefix=%m it''s $$x ']"),
        ("command: -c log_line_prefix=%m", "command: -c 'log_line_prefix=%m it'\\''s $$x '"),
        ('command: [-c, "log_line_prefix=%m"]', 'command: [-c, "log_line_prefix=%m it\'s $$x "]'),
        ("command: [-c, 'log_line_prefix=%m']", "command: [-c, 'log_line_prefix=%m it''s $$x ']"),
    ],
)
def test_a_value_that_needs_quotes_gets_them(command: str, expected: str) -> None:
    assert merged(file(command), {"log_line_prefix": "%m it's $x "}) == file(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "services:\n db:\n  image: postgres:18\n  command:\n   - -c\n   - work_mem=8MB\n",
            "services:\n db:\n  image: postgres:18\n  command:\n   - -c\n   - work_mem=4MB\n   - -c\n   - jit=off\n",
            id="1 space",
        ),
        pytest.param(
            "services:\n    db:\n        image: postgres:18\n        command: >\n            postgres\n"
            "            -c work_mem=8MB",
            "services:\n    db:\n        image: postgres:18\n        command: >\n            postgres\n"
            "            -c work_mem=4MB\n            -c jit=off",
            id="4 spaces",
        ),
        pytest.param(
            "services: {db: {image: 'postgres:18', command: [postgres, -c, work_mem=8MB]}}",
            'services: {db: {image: \'postgres:18\', command: [postgres, -c, work_mem=4MB, "-c", "jit=off"]}}',
            id="all in a flow",
        ),
        pytest.param(
            "services: {db: {image: 'postgres:18', command: postgres -c work_mem=8MB}}",
            "services: {db: {image: 'postgres:18', command: postgres -c work_mem=4MB -c jit=off}}",
            id="plain in a flow",
        ),
        pytest.param(
            "db:\n  image: postgres:18\n  command: -c work_mem=8MB\n",
            "db:\n  image: postgres:18\n  command: -c work_mem=4MB -c jit=off\n",
            id="v1",
        ),
    ],
)
def test_indentation(text: str, expected: str) -> None:
    assert merged(text, SETTINGS) == expected


@pytest.mark.parametrize(
    ("command", "settings", "why"),
    [
        ("command: postgres -F", {"fsync": "on"}, "fsync is set by an option that takes no value"),
        ("command: |2\n    postgres\n    -c work_mem=8MB", SETTINGS, "written in a way that cannot be edited in place"),
        ('command: "postgres\\\n  -c work_mem=8MB"', SETTINGS, "written in a way that cannot be edited in place"),
        ("command:\n  - -c\n  - |\n    work_mem=8MB", {"jit": "off"}, "the last item of the list is a block of text"),
    ],
)
def test_what_cannot_be_done_surely_is_refused_with_its_place(command: str, settings: dict[str, str], why: str) -> None:
    node = project_of(file(command)).services["db"].get("command")
    with pytest.raises(Refused, match=why) as error:
        merge_command(read_command(node, {}), settings)
    assert error.value.place.startswith("0.yaml:")
