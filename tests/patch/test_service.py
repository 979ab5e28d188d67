"""What a service needs beside its command: limits, /dev/shm, time to stop, environment; each in the form it has."""

import pytest

from patch.rewriting import changed, refused, rewritten

LIMITS = {"memory": "512M", "cpus": "0.5", "only": "limits"}


def service(lines: str, image: str = "postgres:18", *, version: str = "") -> str:
    """A file with a server db and a service web behind it; `lines` are db's other keys."""
    head = f"version: '{version}'\n" if version else ""
    body = "".join(f"    {line}".rstrip(" ") + "\n" for line in lines.split("\n")) if lines else ""
    return f"{head}services:\n  db:\n    image: {image} # c\n{body}  web: # the application\n    image: web\n"


def deploy(*lines: str) -> str:
    return "\n".join(["deploy:", "  resources:", "    limits:", *(f"      {line}" for line in lines)])


LIMITED = [
    pytest.param("", deploy('cpus: "0.5"', "memory: 512m"), "", id="none: what the specification has"),
    pytest.param("", deploy('cpus: "0.5"', "memory: 512m"), "3.8", id="none in a version 3 file"),
    pytest.param("", 'mem_limit: 512m\ncpus: "0.5"', "2.4", id="none in a version 2 file"),
    pytest.param("mem_limit: 1g", 'cpus: "0.5"\nmem_limit: 512m', "", id="mem_limit"),
    pytest.param(
        "mem_limit: 1g # c\ncpus: 2 # d", "mem_limit: 512m # c\ncpus: 0.5 # d", "", id="mem_limit and cpus with comments"
    ),
    pytest.param("mem_limit: '1g'\ncpus: \"2\"", "mem_limit: '512m'\ncpus: \"0.5\"", "", id="quotes stay"),
    pytest.param(deploy("memory: 1G", "cpus: '2'"), deploy("memory: 512m", "cpus: '0.5'"), "", id="deploy"),
    pytest.param(deploy("memory: 1G # c"), deploy("memory: 512m # c", 'cpus: "0.5"'), "", id="deploy without cpus"),
    pytest.param(deploy("pids: 100"), deploy("pids: 100", "memory: 512m", 'cpus: "0.5"'), "", id="deploy with another limit"),
    pytest.param("deploy:", deploy('cpus: "0.5"', "memory: 512m"), "", id="a null deploy"),
    pytest.param("deploy:\n  resources:", deploy('cpus: "0.5"', "memory: 512m"), "", id="null resources"),
    pytest.param("deploy:\n  resources:\n    limits:", deploy('cpus: "0.5"', "memory: 512m"), "", id="null limits"),
    pytest.param(
        "deploy:\n  replicas: 1",
        'deploy:\n  replicas: 1\n  resources:\n    limits:\n      cpus: "0.5"\n      memory: 512m',
        "",
        id="deploy with something else",
    ),
    pytest.param(
        "deploy: {resources: {limits: {memory: 1G, cpus: '2'}}}",
        "deploy: {resources: {limits: {memory: 512m, cpus: '0.5'}}}",
        "",
        id="deploy in a flow",
    ),
    pytest.param(
        "mem_limit: 1g\ncpus: 2\n" + deploy("memory: 1g", "cpus: '2'"),
        "mem_limit: 512m\ncpus: 0.5\n" + deploy("memory: 512m", "cpus: '0.5'"),
        "",
        id="both forms agree afterwards",
    ),
    pytest.param("mem_limit: ${MEM:-1g}\ncpus: 2", "mem_limit: 512m\ncpus: 0.5", "", id="a variable is replaced"),
    pytest.param("mem_limit: 1g\ncpu_quota: 200000", "mem_limit: 512m\ncpu_quota: 50000", "", id="cpu_quota"),
    pytest.param(
        "mem_limit: 1g\ncpu_quota: 20000\ncpu_period: 10000",
        "mem_limit: 512m\ncpu_quota: 5000\ncpu_period: 10000",
        "",
        id="cpu_quota of a period",
    ),
    pytest.param(
        "mem_limit: 1g\ncpus: 0.5\nmem_reservation: 768m",
        "mem_limit: 512m\ncpus: 0.5\nmem_reservation: 512m",
        "",
        id="a reservation above",
    ),
    pytest.param(
        "mem_limit: 1g\ncpus: 0.5\nmem_reservation: 256m",
        "mem_limit: 512m\ncpus: 0.5\nmem_reservation: 256m",
        "",
        id="a reservation below",
    ),
    pytest.param(
        "mem_limit: 256m\ncpus: 0.5\nmemswap_limit: 256m",
        "mem_limit: 512m\ncpus: 0.5\nmemswap_limit: 512m",
        "",
        id="memswap below",
    ),
    pytest.param(
        "mem_limit: 256m\ncpus: 0.5\nmemswap_limit: 1g", "mem_limit: 512m\ncpus: 0.5\nmemswap_limit: 1g", "", id="memswap above"
    ),
    pytest.param(
        "mem_limit: 256m\ncpus: 0.5\nmemswap_limit: -1",
        "mem_limit: 512m\ncpus: 0.5\nmemswap_limit: -1",
        "",
        id="memswap without an end",
    ),
    pytest.param(
        deploy("memory: 1g", "cpus: '0.5'") + "\n    reservations:\n      memory: 1g",
        deploy("memory: 512m", "cpus: '0.5'") + "\n    reservations:\n      memory: 512m",
        "",
        id="a reservation above in deploy",
    ),
]


@pytest.mark.parametrize(("lines", "expected", "version"), LIMITED)
def test_limits_are_written_in_the_form_that_is_there(lines: str, expected: str, version: str) -> None:
    assert rewritten(service(lines, version=version), **LIMITS) == service(expected, version=version)


@pytest.mark.parametrize(("lines", "expected", "version"), LIMITED)
def test_limits_are_written_noop(lines: str, expected: str, version: str) -> None:
    assert lines is not None
    assert rewritten(service(expected, version=version), **LIMITS) == service(expected, version=version)


@pytest.mark.parametrize(
    "lines",
    [
        "mem_limit: 512M\ncpus: '.5'",
        "mem_limit: 536870912\ncpus: 0.50",
        "mem_limit: 0.5g\ncpus: ${CPUS:-0.5}",
        deploy("memory: 512MB", "cpus: '0.5'"),
    ],
)
def test_what_means_the_same_keeps_its_spelling(lines: str) -> None:
    assert rewritten(service(lines), **LIMITS) == service(lines)


def test_no_limit_is_written_that_was_not_asked_for() -> None:
    assert rewritten(service("mem_limit: 512m"), only="limits") == service("mem_limit: 512m")


def test_the_first_format_gets_the_first_form() -> None:
    assert rewritten("db:\n  image: postgres:18\n", **LIMITS) == 'db:\n  image: postgres:18\n  mem_limit: 512m\n  cpus: "0.5"\n'


def test_the_form_of_the_other_services_is_taken() -> None:
    text = "services:\n  db:\n    image: postgres:18\n  web:\n    image: web\n    mem_limit: 1g\n"
    assert changed(text, rewritten(text, **LIMITS)) == '+    mem_limit: 512m\n+    cpus: "0.5"'


# -- /dev/shm and time to stop ----------------------------------------------------------------------------------------

BIG = {"memory": "64G", "cpus": "16", "profile": "analytics", "only": "shm_size"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", "shm_size: 96m"),
        ("shm_size: 64m", "shm_size: 96m"),
        ("shm_size: '64m' # c", "shm_size: '96m' # c"),
        ("shm_size: 0.05gb", "shm_size: 96m"),
        ("shm_size: ${SHM:-32m}", "shm_size: 96m"),
    ],
)
def test_dev_shm_is_raised(lines: str, expected: str) -> None:
    assert rewritten(service(lines), **BIG) == service(expected)


@pytest.mark.parametrize("lines", ["shm_size: 96m", "shm_size: 1gb", "ipc: host", "ipc: service:web", "tmpfs: /dev/shm:size=1g"])
def test_dev_shm_is_left(lines: str) -> None:
    assert rewritten(service(lines), **BIG) == service(lines)


def test_a_tmpfs_on_dev_shm_that_is_too_small_is_refused() -> None:
    error = refused(service("tmpfs: /dev/shm:size=64m"), **BIG)
    assert error.message.startswith("the tmpfs on /dev/shm is smaller than the ")
    assert error.place == "0.yaml:4"


STOP = {"memory": "512M", "only": "stop_grace_period"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", "stop_grace_period: 1m"),
        ("stop_grace_period: 10s # c", "stop_grace_period: 1m # c"),
        ("stop_grace_period: 1m", "stop_grace_period: 1m"),
        ("stop_grace_period: 60s", "stop_grace_period: 60s"),
        ("stop_grace_period: 1h", "stop_grace_period: 1h"),
        ("stop_grace_period: 1m30s", "stop_grace_period: 1m30s"),
        ("stop_grace_period: ${GRACE}", "stop_grace_period: ${GRACE}"),
        ("stop_grace_period: ${GRACE:-5m}", "stop_grace_period: ${GRACE:-5m}"),
        ("stop_grace_period:", "stop_grace_period: 1m"),
    ],
)
def test_the_time_to_stop_is_never_shortened(lines: str, expected: str) -> None:
    assert rewritten(service(lines), **STOP) == service(expected)


# -- environment ------------------------------------------------------------------------------------------------------

ENVIRONMENT = {"memory": "512M", "only": "environment"}
FILE, VALUE = "PG_OOM_ADJUST_FILE", "PG_OOM_ADJUST_VALUE"
OOM = f'\n  {FILE}: /proc/self/oom_score_adj\n  {VALUE}: "600"'
OOM_LIST = f"\n  - {FILE}=/proc/self/oom_score_adj\n  - {VALUE}=600"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("", "environment:" + OOM, id="none"),
        pytest.param("environment:\n  A: b # c", "environment:\n  A: b # c" + OOM, id="mapping"),
        pytest.param(
            "environment:\n  A: b\n  # after", "environment:\n  A: b" + OOM + "\n  # after", id="mapping, a comment behind"
        ),
        pytest.param("environment:\n  - A=b # c", "environment:\n  - A=b # c" + OOM_LIST, id="list"),
        pytest.param(
            "environment:\n- A=b", "environment:\n- A=b" + OOM_LIST.replace("\n  ", "\n"), id="list at its key's indent"
        ),
        pytest.param(
            'environment:\n  - "A=b"',
            f'environment:\n  - "A=b"\n  - "{FILE}=/proc/self/oom_score_adj"\n  - "{VALUE}=600"',
            id="list in quotes",
        ),
        pytest.param(
            "environment: {A: b}", f'environment: {{A: b, {FILE}: "/proc/self/oom_score_adj", {VALUE}: "600"}}', id="flow mapping"
        ),
        pytest.param(
            'environment: ["A=b"]', f'environment: ["A=b", "{FILE}=/proc/self/oom_score_adj", "{VALUE}=600"]', id="flow list"
        ),
        pytest.param(
            "environment: {}", f'environment: {{{FILE}: "/proc/self/oom_score_adj", {VALUE}: "600"}}', id="empty flow mapping"
        ),
        pytest.param("environment: []", f'environment: ["{FILE}=/proc/self/oom_score_adj", "{VALUE}=600"]', id="empty flow list"),
        pytest.param("environment:", "environment:" + OOM, id="null"),
        pytest.param(f"environment:\n  {FILE}: x\n  {VALUE}: y", f"environment:\n  {FILE}: x\n  {VALUE}: y", id="there already"),
        pytest.param(f"environment:\n  - {FILE}=x", f"environment:\n  - {FILE}=x\n  - {VALUE}=600", id="one of them is there"),
    ],
)
def test_the_environment_is_added_to_in_its_form(lines: str, expected: str) -> None:
    assert rewritten(service(lines), **ENVIRONMENT) == service(expected)
    assert rewritten(service(expected), **ENVIRONMENT) == service(expected)


def test_an_environment_that_is_merged_with_another_services_is_left_with_a_note() -> None:
    text = (
        "x-env: &env\n  A: b\nservices:\n  db:\n    image: postgres:18\n    environment: *env\n"
        "  web:\n    image: web\n    environment: *env\n"
    )
    assert rewritten(text, **ENVIRONMENT) == text


def test_an_environment_that_merges_shared_keys_is_added_to() -> None:
    text = (
        "x-env: &env\n  A: b\nservices:\n  db:\n    image: postgres:18\n    environment:\n"
        "      <<: *env\n      C: d\n  web:\n    environment: *env\n"
    )
    new = rewritten(text, **ENVIRONMENT)
    assert changed(text, new) == f'+      {FILE}: /proc/self/oom_score_adj\n+      {VALUE}: "600"'
    assert "      C: d\n      PG_OOM" in new


# -- shared nodes -----------------------------------------------------------------------------------------------------

BASE = "x-db: &db\n  image: postgres:18\n  mem_limit: 1g\n  cpus: 1\nservices:\n"


def test_a_merged_service_gets_keys_of_its_own_above_the_merge() -> None:
    text = BASE + "  db:\n    <<: *db\n    ports: []\n"
    new = rewritten(text, only="stop_grace_period")
    assert new == BASE + "  db:\n    stop_grace_period: 1m\n    <<: *db\n    ports: []\n"


def test_a_limit_of_a_merged_service_is_stated_in_the_service() -> None:
    text = BASE + "  db:\n    <<: *db\n  other:\n    <<: *db\n"
    new = rewritten(text, **{**LIMITS, "service": "db"})
    assert new == BASE + '  db:\n    mem_limit: 512m\n    cpus: "0.5"\n    <<: *db\n  other:\n    <<: *db\n'


def test_a_service_that_is_an_alias_is_refused_with_the_services_that_would_change() -> None:
    text = "x-db: &db\n  image: postgres:18\nservices:\n  db: *db\n  other: *db\n"
    error = refused(text, memory="512M", service="db")
    assert error.message == "the lines are shared: other would change as well"


def test_a_deploy_that_is_shared_is_refused_with_the_services_that_would_change() -> None:
    text = (
        "services:\n  db:\n    image: postgres:18\n    deploy: &d\n      resources: {limits: {memory: 1g, cpus: '1'}}\n"
        "  web:\n    image: web\n    deploy: *d\n  worker:\n    image: web\n    deploy: *d\n"
    )
    error = refused(text, **LIMITS)
    assert error.message == "the lines are shared: web, worker would change as well"


def test_a_shared_value_is_broken_out() -> None:
    text = "services:\n  db:\n    image: postgres:18\n    mem_limit: *m\n    cpus: 0.5\n"
    text = "x-m: &m 1g\n" + text + "  web:\n    image: web\n    mem_limit: *m\n"
    assert changed(text, rewritten(text, **LIMITS)) == "-    mem_limit: *m\n+    mem_limit: 512m"


def test_a_service_written_in_a_flow() -> None:
    text = "services: {db: {image: 'postgres:18'}, web: {image: web}}\n"
    new = rewritten(text, **STOP)
    assert new == "services: {db: {image: 'postgres:18', stop_grace_period: \"1m\"}, web: {image: web}}\n"
    new = rewritten(text, **LIMITS)
    limits = 'deploy: {resources: {limits: {cpus: "0.5", memory: "512m"}}}'
    assert new == f"services: {{db: {{image: 'postgres:18', {limits}}}, web: {{image: web}}}}\n"


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_byte_order_mark_and_the_end_of_the_file_stay(end: str, newline: str, mark: str) -> None:
    text = (mark + "services:\n  db:\n    image: postgres:18\n    ports: []" + end).replace("\n", newline)
    wanted = (mark + "services:\n  db:\n    image: postgres:18\n    stop_grace_period: 1m\n    ports: []" + end).replace(
        "\n", newline
    )
    assert rewritten(text, **STOP) == wanted
    alone = (mark + "services:\n  db:\n    image: postgres:18" + end).replace("\n", newline)
    assert rewritten(alone, **STOP) == (
        mark + "services:\n  db:\n    image: postgres:18\n    stop_grace_period: 1m" + end
    ).replace("\n", newline)


@pytest.mark.parametrize(("indent", "step"), [(1, 1), (4, 4), (2, 2), (3, 3)])
def test_new_lines_are_indented_as_the_others(indent: int, step: int) -> None:
    pad = " " * indent
    text = f"services:\n{pad}db:\n{pad * 2}image: postgres:18\n{pad * 2}healthcheck:\n{pad * 3}retries: 1\n"
    new = rewritten(text, **LIMITS)
    new_lines = [
        "deploy:",
        " " * step + "resources:",
        " " * step * 2 + "limits:",
        " " * step * 3 + 'cpus: "0.5"',
        " " * step * 3 + "memory: 512m",
    ]
    assert changed(text, new) == "\n".join(f"+{pad * 2}{line}" for line in new_lines)


def test_a_file_with_nothing_to_change_is_the_same() -> None:
    text = "services:\n  web:\n    image: web\n"
    assert rewritten(text, **LIMITS) == text
