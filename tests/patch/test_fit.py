"""The facts of a server in a file, and the plan for them: what the file says stands, what must change changes."""

from typing import Any

import pytest

from patch.rewriting import patched, project_of, refused, wishes
from pgfit.patch.fit import Fitted
from pgfit.patch.project import patch


def service(lines: str = "", image: str = "postgres:18") -> str:
    body = "".join(f"    {line}\n" for line in lines.split("\n")) if lines else ""
    return f"services:\n  db:\n    image: {image}\n{body}"


LIMITED = "mem_limit: 512m\ncpus: 1\n"


def fitted(lines: str, image: str = "postgres:18", **more: Any) -> Fitted:
    (fate,) = patched(service(lines, image), **more).fates
    assert str(fate.refusal) == "None"
    assert fate.fitted is not None
    return fate.fitted


def test_the_limits_of_the_file_are_the_facts_with_their_places() -> None:
    facts = fitted("mem_limit: 1g\ncpus: 2").plan.facts
    assert (facts.memory.value, facts.memory.where) == (1024**3, "0.yaml:4")
    assert facts.postgres == 18
    assert getattr(facts.cpus, "value", None) == 2


def test_limits_that_are_given_win() -> None:
    facts = fitted(LIMITED, memory="1G", cpus="2").plan.facts
    assert (facts.memory.value, facts.memory.where) == (1024**3, "--memory")
    assert getattr(facts.cpus, "value", None) == 2


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        ("-c work_mem=1GB", "work_mem", None),
        ("-c fsync=off", "fsync", "off"),
        ("-c synchronous_commit=off", "synchronous_commit", "off"),
        ("-c wal_compression=on", "wal_compression", "on"),
        ("-c timezone=UTC", "timezone", None),
        ("-c app.work_mem=1GB", "app.work_mem", None),
    ],
)
def test_what_the_database_is_for_is_the_files_to_say(command: str, name: str, value: str | None) -> None:
    made = fitted(f"{LIMITED}command: {command}")
    assert (name in made.kept) is (name != "work_mem")
    if value:
        assert name not in made.settings


def test_keep_lets_all_settings_stand_and_the_plan_adapts() -> None:
    command = f"{LIMITED}command: -c work_mem=3MB -c max_connections=20 -c shared_buffers=64MB"
    free, kept = fitted(command), fitted(command, keep=True)
    assert kept.kept == dict.fromkeys(("work_mem", "max_connections", "shared_buffers"), "kept: --keep")
    assert not {"work_mem", "max_connections", "shared_buffers"} & kept.settings.keys()
    assert free.settings["shared_buffers"] != "64MB"
    assert kept.plan.budget.overcommit == 0
    assert kept.plan.value("shared_buffers") == 64 * 1024**2


def test_settings_that_are_kept_and_do_not_fit_are_refused_with_the_place_of_the_limit() -> None:
    error = refused(service(f"{LIMITED}command: -c shared_buffers=1GB"), keep=True)
    assert error.place == "0.yaml:4"
    assert error.hint


def test_set_wins_over_keep() -> None:
    made = fitted(f"{LIMITED}command: -c work_mem=3MB", keep=True, settings=("work_mem=2MB",))
    assert made.settings["work_mem"] == "2MB"
    assert "work_mem" not in made.kept


@pytest.mark.parametrize("command", ["-c work_mem=${WORK:-3MB}", "[-c, 'work_mem=${WORK:-3MB}']"])
def test_interpolated_settings_stay(command: str) -> None:
    made = fitted(f"{LIMITED}command: {command}")
    assert made.kept == {"work_mem": "it comes from ${WORK}"}
    assert "work_mem" not in made.settings
    assert made.plan.value("work_mem") == 3 * 1024**2


@pytest.mark.parametrize(
    ("command", "connections"),
    [
        pytest.param("-c max_connections=10", "10", id="kept if it fits"),
        pytest.param("-N 10", "10", id="-N"),
        pytest.param("-c max_connections=30", "30", id="kept if it just fits"),
    ],
)
def test_max_connections_of_the_file_is_kept_where_it_fits(command: str, connections: str) -> None:
    assert fitted(f"{LIMITED}command: {command}").settings["max_connections"] == connections


def test_max_connections_of_the_file_is_lowered_where_it_does_not_fit() -> None:
    made = fitted(f"{LIMITED}command: -c max_connections=5000")
    assert int(made.settings["max_connections"]) < 100
    assert made.plan.budget.overcommit == 0


def test_what_the_other_services_open_raises_max_connections() -> None:
    text = (
        "services:\n  db:\n    image: postgres:18\n    mem_limit: 8g\n    cpus: 1\n"
        "  web:\n    image: web\n    depends_on: [db]\n    environment:\n"
        "      DATABASE_URL: postgres://u:p@db/app\n      DB_POOL: '{}'\n"
    )
    numbers = []
    for pool in ("5", "150"):
        (fate,) = patched(text.format(pool)).fates
        assert fate.fitted is not None
        numbers.append(fate.fitted.plan.application_connections)
    assert numbers[0] < 150 <= numbers[1]


@pytest.mark.parametrize("image", ["postgres", "postgres:latest", "postgres:${NONE}", "citusdata/citus:12.1.10"])
def test_for_an_unknown_major_only_what_all_majors_know_is_set(image: str) -> None:
    made = fitted(LIMITED, image)
    assert made.any_major
    assert not {"io_method", "io_workers", "autovacuum_worker_slots", "vacuum_buffer_usage_limit"} & made.settings.keys()
    assert {"shared_buffers", "work_mem", "max_connections"} <= made.settings.keys()


def test_the_major_can_be_said() -> None:
    made = fitted(LIMITED, "postgres:latest", postgres=18)
    assert not made.any_major
    assert "io_method" in made.settings


@pytest.mark.parametrize(
    ("text", "kind", "place", "hint"),
    [
        pytest.param(
            service(),
            "no memory limit to fit into",
            "0.yaml:2",
            "--memory 512M --cpus 1 writes the limits into the file",
            id="no limit",
        ),
        pytest.param(
            service("mem_limit: ${NONE}"),
            "no memory limit to fit into: it comes from NONE, which is not set here",
            "0.yaml:4",
            "--memory 512M --cpus 1 writes the limits into the file",
            id="a limit from nowhere",
        ),
        pytest.param(
            service("mem_reservation: 1g"), "no memory limit to fit into", "0.yaml:2", "--memory 512M", id="a reservation only"
        ),
        pytest.param(service("mem_limit: 512"), "mem_limit: '512' means 512 bytes", "0.yaml:4", "", id="a limit without a unit"),
        pytest.param(
            service("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}"),
            "mem_limit and deploy.resources.limits.memory (0.yaml:5) are distinct",
            "0.yaml:4",
            "",
            id="distinct limits",
        ),
        pytest.param(service("mem_limit: 8m"), "", "0.yaml:4", "", id="a limit nothing fits into"),
        pytest.param(
            service(LIMITED, "postgres:12"),
            "PostgreSQL 12 is past its end of life, and pgfit knows 13 to 19",
            "0.yaml:3",
            "settings",
            id="EOL",
        ),
        pytest.param(
            service(LIMITED, "postgres:9.6.3-alpine"),
            "PostgreSQL 9 is past its end of life",
            "0.yaml:3",
            "settings",
            id="long past EOL",
        ),
        pytest.param(
            service(LIMITED, "postgres:25"), "PostgreSQL 25 pgfit knows 13 to 19", "0.yaml:3", "settings", id="the future"
        ),
        pytest.param(
            service(f"{LIMITED}command: -c shared_bufers=1GB"),
            "the server would not start: ",
            "0.yaml:6",
            "did you mean shared_buffers?",
            id="an unknown setting",
        ),
        pytest.param(
            service(f"{LIMITED}command:\n- -c\n- fsync=perhaps"),
            "the server would not start: ",
            "0.yaml:8",
            "",
            id="a value out of its range",
        ),
        pytest.param(
            service(f"{LIMITED}command: -c shared_bufers=1GB", "postgres"),
            "the server would not start: there is no setting 'shared_bufers' in any PostgreSQL from 13 to 19",
            "0.yaml:6",
            "",
            id="an unknown setting, whatever the major",
        ),
    ],
)
def test_what_is_refused_and_where(text: str, kind: str, place: str, hint: str) -> None:
    error = refused(text)
    assert error.message.startswith(kind)
    assert error.place == place
    assert error.hint.startswith(hint)


def test_a_setting_that_means_the_same_keeps_its_spelling() -> None:
    made = fitted(f"{LIMITED}command: -c jit=false -c max_wal_size=1024MB -c checkpoint_timeout=600s")
    assert (made.settings["jit"], made.settings["max_wal_size"], made.settings["checkpoint_timeout"]) == (
        "false",
        "1024MB",
        "600s",
    )


GROWN = "mem_limit: 1g\ncpus: 1\n"
"""What the limits of LIMITED may be raised to."""


def test_max_connections_that_pgfit_wrote_follows_the_limit() -> None:
    """Known by the limits in the file, where an option raises them, and by the comment, where a hand did."""
    limited = "mem_limit: 256m\ncpus: 1\n"
    small, grown = (fitted(one).settings["max_connections"] for one in (limited, GROWN))
    assert int(small) < int(grown)
    command = f"command: -c max_connections={small}"
    assert fitted(limited + command, memory="1G").settings["max_connections"] == grown
    text = f"{GROWN}# fitted by pgfit to 256 MB, 1 CPU\n{command}"
    assert fitted(text).settings["max_connections"] == grown


def test_max_connections_that_a_hand_wrote_stays_when_the_limit_grows() -> None:
    assert fitted(f"{LIMITED}command: -c max_connections=33", memory="1G").settings["max_connections"] == "33"
    text = f"{GROWN}# fitted by pgfit to 512 MB, 1 CPU\ncommand: -c max_connections=33"
    assert fitted(text).settings["max_connections"] == "33"


def test_a_tag_that_says_the_version_wins_over_an_option_for_those_that_do_not() -> None:
    assert fitted(LIMITED, image="postgres:13", postgres=18).plan.facts.postgres == 13
    assert fitted(LIMITED, image="postgres:latest", postgres=17).plan.facts.postgres == 17
    assert "past its end of life" in str(refused(service(LIMITED, "postgres:9.6"), postgres=18))


@pytest.mark.parametrize("spelling", ["$SB", "${SB}", "${SB:-64MB}"])
@pytest.mark.parametrize("form", ["postgres -c shared_buffers={}", "[postgres, -c, 'shared_buffers={}']"])
def test_what_comes_from_a_variable_stays_however_it_is_written(spelling: str, form: str) -> None:
    text = service(LIMITED + "command: " + form.format(spelling))
    (fate,) = patch(project_of(text, SB="32MB"), wishes()).fates
    assert fate.fitted is not None
    assert fate.fitted.kept["shared_buffers"] == "it comes from ${SB}"
    assert fate.fitted.plan.value("shared_buffers") == 32 * 1024**2
