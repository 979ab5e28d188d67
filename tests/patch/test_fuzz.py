"""Files nobody should write: an error in words or a sound patch, and never anything else.

PGFIT_FUZZ=5000 in the environment looks longer.
"""

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pgfit.checks.compose import by_id
from pgfit.checks.fixing import fix
from pgfit.checks.lint import lint
from pgfit.errors import PgfitError
from pgfit.inputs.compose.project import Project, load
from pgfit.inputs.compose.variables import expand
from pgfit.inputs.options import Options
from pgfit.patch.diff import diff
from pgfit.patch.fit import Wishes
from pgfit.patch.override import override
from pgfit.patch.project import Patched, patch
from pgfit.patch.report import as_document, as_text
from pgfit.profiles import load as load_profile
from pgfit.yamltree import Source

EXAMPLES = int(os.environ.get("PGFIT_FUZZ", "120"))
NOWHERE = Path("/nowhere")
VARIABLES = {"TAG": "17", "MEM": "1g", "EMPTY": ""}
LIMITED = Wishes(load_profile("web"), Options(memory="512M", cpus="0.5"))
AS_IT_IS = Wishes(load_profile("web"), Options(memory=None, cpus=None))
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "compose"

HEADS = (
    "services:\n  db:\n    image: postgres:18\n",
    "version: '3'\nx-base: &base\n  image: postgres:${TAG}\n  restart: always\nservices:\n  db:\n    <<: *base\n",
    "services:\n  app:\n    image: app\n    depends_on: [db]\n  db: # the server\n    image: postgis/postgis:16-3.4\n",
    "db:\n  image: postgres:15\n",
    "\ufeffservices:\r\n  db:\r\n    image: postgres:14\r\n",
)
COMMANDS = (
    "",
    "command: postgres -c work_mem=64MB -N 300\n",
    'command: "postgres -c work_mem=64MB -c \'search_path=\\"$$user\\", public\'" # own\n',
    "command: 'postgres -cwork_mem=64MB --shared-buffers=1GB'\n",
    "command: >\n  postgres\n  -c work_mem=64MB   \n    -c max_connections=300\n\n  -c fsync=off\n",
    "command: |-\n  -c work_mem=64MB\n  -c port=${PORT:-5432}\n",
    "command: [postgres, -c, work_mem=64MB, '-c', \"log_min_messages=fatal\"]\n",
    'command: [\n  "postgres", # the server\n  "-c", "work_mem=64MB", # much\n  "-c", \'port=1\'\n  ]\n',
    "command:\n  - postgres\n  # sorts\n  - -c\n  - work_mem=64MB\n  - --max-connections=300\n",
    "command:\n- -c\n- 'search_path=\"$$user\", public'\n",
    "command: &own [postgres, -c, jit=on]\n",
    "command: []\n",
    "command: ${ARGS:--c jit=on}\n",
    "command: sh -c 'postgres -c work_mem=64MB'\n",
)
LIMITS = (
    "",
    "mem_limit: 1g\ncpus: 0.5\n",
    "mem_limit: ${MEM:-512m} # by the .env\n",
    "deploy:\n  resources:\n    limits:\n      memory: 512M\n      cpus: '0.5'\n    reservations: {memory: 1G}\n",
    "deploy: {resources: {limits: {memory: 300MB}}}\n",
    "deploy:\n",
    "memswap_limit: 100m\nshm_size: 1m\ncpu_quota: 100000\nstop_grace_period: 5s\n",
)
ENVIRONMENTS = (
    "",
    "environment:\n  POSTGRES_PASSWORD: secret # no\n",
    "environment:\n  - POSTGRES_PASSWORD=secret\n",
    "environment: {POSTGRES_PASSWORD: secret}\n",
    "environment: [POSTGRES_PASSWORD=secret]\n",
    "environment:\n",
    "environment: []\n",
)
TAILS = ("", "  # the end", "volumes:\n  data:\n", "  web:\n    image: nginx\n    mem_limit: 64m\n", "\n\n# by Ada\n")
PIECES = (
    *["'", '"', "$", "${", "}", "$$", "#", "[", "]", "{", "}", ",", "|", ">", ">-", "|2", "~", "\\", "=", "?", "!", "&", "*"],
    *("\t", "\r\n", "\r", "\n\n", "    ", " #", ": ", "- ", "---\n", "...\n", "%YAML 1.1\n", "!reset", "!override null", "!!str"),
    *("\u200b", "\x85", "\u2028", "é", "\U0001f418", "\x00", "\ufeff", "0x10", "1_000", "9" * 5000, "${A:-b}", "${A?no}"),
    *("services:", "  db:", "    image: postgres:18", "<<: *base", "&base", "*base", "command:", "- -c", "work_mem=1MB"),
    *("mem_limit: 1g", "mem_limit: 1e9", "cpus: .5", "cpus: .inf", "replicas: -1", "scale: x", "shm_size: ${A}", "ipc: host"),
    *(
        "extends: db",
        "extends: {service: db, file: x}",
        "include: [a]",
        "environment: {A: b}",
        "build: .",
        "tmpfs: /dev/shm:size=1k",
    ),
    *(
        "deploy: {resources: {limits: {memory: 1G}}}",
        "-N 99999999999999999999",
        "entrypoint: [postgres]",
        "stop_grace_period: 1h5",
    ),
)

SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def indented(text: str, by: str) -> str:
    return "".join(by + line for line in text.splitlines(keepends=True))


@st.composite
def composed(draw: st.DrawFn) -> str:
    """A file of whole parts, in any order, with the line ends of its head."""
    head = draw(st.sampled_from(HEADS))
    by = "  " if head.startswith("db:") else "    "
    parts = draw(st.permutations([draw(st.sampled_from(one)) for one in (COMMANDS, LIMITS, ENVIRONMENTS)]))
    text = head.replace("\r\n", "\n") + indented("".join(parts), by) + draw(st.sampled_from(TAILS))
    text = text.removesuffix("\n") if draw(st.booleans()) else text
    return text.replace("\n", "\r\n") if "\r" in head else text


def corpus() -> list[str]:
    texts = [path.read_bytes().decode() for path in sorted(CORPUS.glob("*"))] if CORPUS.is_dir() else []
    return [text for text in texts if len(text) < 6000] or list(HEADS)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """One of these or of the corpus, with letters and lines lost, doubled, swapped and put in."""
    text = draw(composed() if draw(st.integers(0, 2)) else st.sampled_from(corpus()))
    for _ in range(draw(st.integers(1, 5))):
        if draw(st.booleans()):
            lines = text.splitlines(keepends=True) or [""]
            one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            what = draw(st.sampled_from(["delete", "double", "swap", "insert", "indent"]))
            if what == "delete":
                del lines[one]
            elif what == "double":
                lines.insert(other, lines[one])
            elif what == "swap":
                lines[one], lines[other] = lines[other], lines[one]
            elif what == "insert":
                lines.insert(one, draw(st.sampled_from(["", "  ", "    ", "      "])) + draw(st.sampled_from(PIECES)) + "\n")
            else:
                lines[one] = draw(st.sampled_from(["  ", " "])) + lines[one]
            text = "".join(lines)
        else:
            start = draw(st.integers(0, len(text)))
            end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 2, 20])))
            text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


def said(error: PgfitError) -> None:
    assert str(error)
    assert error.message


def project_of(text: str) -> Project | None:
    """None for a text that is refused."""
    try:
        return load([Source("compose.yaml", text)], VARIABLES, NOWHERE)
    except PgfitError as error:
        said(error)
        return None


def assert_sound(text: str, wishes: Wishes) -> None:
    """Patched so that it parses and a second run has nothing to do; or refused in words."""
    project = project_of(text)
    if project is None:
        return
    try:
        made = patch(project, wishes)
    except PgfitError as error:
        said(error)
        return
    for fate in made.fates:
        assert (fate.refusal.message and fate.refusal.place) if fate.refusal else list(as_text(fate))
    as_document(made, {}, written=False)
    assert not (made.texts and made.refused)
    for source, new in made.texts.values():
        assert new != source.text
        assert diff(source, new)
        list(yaml.parse(new, yaml.CSafeLoader))
        again = project_of(new)
        assert again is not None
        second = patch(again, wishes)
        assert not second.refused, str(second.refused[0].refusal)
        assert not second.texts, [fate.settings + fate.others for fate in second.fates]
    beside = patch(project, wishes, apart=True)
    if not beside.refused:
        tuned = override_or_words(project, beside)
        assert not tuned or project_of(tuned) is not None


def override_or_words(project: Project, made: Patched) -> str:
    try:
        return override(project, made, "tuned.yaml")
    except PgfitError as error:
        said(error)
        return ""


def assert_linted(text: str) -> None:
    """Linted without an error; and what is mended reads as before."""
    project = project_of(text)
    if project is None:
        return
    ids = frozenset(by_id())
    mended = fix(project, list(lint(project, ids)), ids)
    for _, new in mended.texts.values():
        again = project_of(new)
        assert again is not None
        list(lint(again, ids))


@SLOW
@given(composed())
def test_a_file_of_whole_parts_is_patched_or_refused(text: str) -> None:
    for wishes in (LIMITED, AS_IT_IS):
        assert_sound(text, wishes)


@SLOW
@given(mutated())
def test_a_broken_file_is_patched_or_refused(text: str) -> None:
    for wishes in (LIMITED, AS_IT_IS):
        assert_sound(text, wishes)


@SLOW
@given(mutated())
def test_a_broken_file_is_linted(text: str) -> None:
    assert_linted(text)


VALUES = (
    *(
        "1.2.3",
        ".",
        "..",
        "²",
        "٣",
        "1e400",
        ".inf",
        "nan",
        "-1",
        "0",
        "1e-400",
        "0x10",
        "1_000",
        "+5",
        "''",
        "5 5",
        "1,5",
        "true",
    ),
    *("9" * 400, "9" * 5000, "-" + "9" * 5000, "${A", "$$", "${EMPTY}", '"\\0"', "' 5 '"),
)
PLACES = (
    *("mem_limit: {0}", "cpus: {0}", "cpu_quota: {0}", "cpu_quota: 50000\ncpu_period: {0}", "cpuset: '{0}'", "cpuset: 0-{0}"),
    *("shm_size: {0}", "stop_grace_period: {0}", "stop_grace_period: {0}s", "memswap_limit: {0}", "mem_reservation: {0}"),
    *("deploy:\n  resources:\n    limits:\n      memory: {0}\n      cpus: {0}", "deploy:\n  replicas: {0}", "scale: {0}"),
    *("tmpfs: /dev/shm:size={0}", "ports:\n  - {0}", "ports:\n  - '{0}:5432'", "ports:\n  - target: {0}\n    published: {0}"),
    *(
        "healthcheck:\n  test: pg_isready\n  retries: {0}",
        "healthcheck:\n  test: pg_isready\n  interval: {0}\n  start_period: {0}s",
    ),
    *("command: -c max_connections={0}", "command: -c work_mem={0}", "command: -c shared_buffers={0}MB", "command: -c jit={0}"),
    *("command: -N {0}", "command: -B {0}", "command: -c port={0}", "command: -c hash_mem_multiplier={0}", "command: -p {0}"),
    *("environment:\n  POSTGRES_PASSWORD: {0}\n  PGPORT: {0}\n  POSTGRES_USER: {0}", "environment:\n- PGPORT={0}"),
    *(
        "logging:\n  options:\n    max-size: {0}\n    max-file: {0}",
        "restart: {0}",
        "volumes:\n- '{0}:/var/lib/postgresql'",
        "user: {0}",
    ),
)
BEYOND = (
    *(("mem_limit: {0}", "9" * 5000), ("cpus: {0}", "1.2.3"), ("cpu_quota: {0}", "9" * 400)),
    *(("cpu_quota: 50000\ncpu_period: {0}", value) for value in ("0", "²", "9" * 400)),
    *(("cpuset: 0-{0}", "9" * 400), ("stop_grace_period: {0}s", "9" * 400)),
    *(("ports:\n  - {0}", "9" * 5000), ("command: -c port={0}", "9" * 5000), ("environment:\n- PGPORT={0}", "9" * 5000)),
    ("healthcheck:\n  test: pg_isready\n  retries: {0}", "²"),
)


def in_a_service(place: str, value: str) -> str:
    return HEADS[0] + indented(place.format(value), "    ") + "\n"


@pytest.mark.parametrize(("place", "value"), BEYOND, ids=[f"{place.split()[0]} {value[:6]}" for place, value in BEYOND])
def test_a_number_beyond_sense_is_no_bug_of_ours(place: str, value: str) -> None:
    text = in_a_service(place, value)
    for wishes in (LIMITED, AS_IT_IS):
        assert_sound(text, wishes)
    assert_linted(text)


def test_a_tag_of_5000_digits_is_no_version() -> None:
    text = f"services:\n  db:\n    image: postgres:{'9' * 5000}\n"
    assert_sound(text, LIMITED)
    assert_linted(text)


@SLOW
@given(st.sampled_from(PLACES), st.sampled_from(VALUES))
def test_any_value_anywhere_is_patched_or_refused(place: str, value: str) -> None:
    text = in_a_service(place, value)
    for wishes in (LIMITED, AS_IT_IS):
        assert_sound(text, wishes)
    assert_linted(text)


KEYS = (
    *("command", "environment", "deploy", "mem_limit", "volumes", "depends_on", "ports", "healthcheck", "shm_size", "build"),
    *("extends", "entrypoint", "networks", "restart", "logging", "x"),
)
INNER = ("command", "environment", "deploy", "resources", "limits", "memory", "test", "a")

trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.sampled_from(PIECES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=4),
    max_leaves=12,
)


@SLOW
@given(st.dictionaries(st.sampled_from(KEYS), trees, max_size=5), st.booleans())
def test_any_tree_as_a_service_is_patched_or_refused(tree: dict[str, object], flow: bool) -> None:  # noqa: FBT001  drawn
    text = yaml.safe_dump({"services": {"db": {"image": "postgres:17", **tree}}}, default_flow_style=flow, allow_unicode=True)
    assert_sound(text, LIMITED)
    assert_linted(text)


@SLOW
@given(st.text(alphabet="ab_1${}:-?+ \n#", max_size=40))
@example("${a:-" * 300)
def test_any_text_is_expanded(text: str) -> None:
    made = expand(text, {"a": "1", "b": ""})
    assert made.problem or isinstance(made.text, str)
    assert "$" in text or made.text == text
