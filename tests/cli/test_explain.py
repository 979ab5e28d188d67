"""Every number a user sees can be explained."""

import json
import subprocess
import sys

import pytest

from pgfit.audit.terms import TERMS
from pgfit.checks.registry import by_id
from pgfit.cli.explain import PARTS_OF, explain, topics
from pgfit.errors import BadValue
from pgfit.render import render
from pgfit.tune import RULES
from pgfit.tune.charges import PARTS
from pgfit.tune.container import ABOUT
from planning import plan_for

HERE = ("256M", "0.3")


@pytest.mark.parametrize("topic", [one for one in topics() if one not in by_id() and one not in TERMS])
def test_every_topic_has_a_page_with_numbers_for_the_container(topic: str) -> None:
    page = explain(topic, *HERE)
    assert "In 256 MB, 0.3 CPU, profile web:" in page
    assert max(len(line) for line in page.splitlines() if "https://" not in line) <= 90


def test_everything_in_the_document_is_a_topic() -> None:
    document = json.loads(render(plan_for(), "json"))
    shown = {row["name"] for row in document["settings"] + document["skipped"] + document["budget"]["parts"]}
    shown |= {"shm_size", "memswap_limit", "stop_grace_period", *document["container"]["environment"]}
    assert shown <= set(topics())


def test_the_page_of_work_mem_shows_where_it_goes() -> None:
    page = explain("work_mem", *HERE)
    assert "work_mem = " in page
    assert "queries, at worst" in page
    assert "1.5 × work_mem" in page
    assert "https://www.postgresql.org/docs/18/runtime-config-resource.html#GUC-WORK-MEM" in page


def test_a_setting_pgfit_leaves_alone_is_explained_from_the_catalog() -> None:
    assert "pgfit has no opinion on this one" in explain("geqo_threshold", *HERE)


@pytest.mark.parametrize("typed", ["WORK_MEM", "work-mem", " work_mem "])
def test_names_are_taken_as_people_type_them(typed: str) -> None:
    assert explain(typed, *HERE).startswith("work_mem: ")


def test_a_setting_of_an_extension_is_explained() -> None:
    assert explain("timescaledb.max_background_workers", *HERE).startswith("timescaledb.max_background_workers = 4: a setting of")


def test_an_unknown_topic_offers_the_nearest() -> None:
    with pytest.raises(BadValue) as error:
        explain("shared_bufers", *HERE)
    assert error.value.hint == "did you mean shared_buffers?"


def test_without_a_topic_it_lists_them() -> None:
    assert "work_mem" in explain()


def test_parts_of_names_real_settings_and_parts() -> None:
    assert set(PARTS_OF) <= set(RULES)
    assert {part for parts in PARTS_OF.values() for part in parts} <= set(PARTS)
    assert ABOUT


def test_the_profiles_command_names_them_all() -> None:
    done = subprocess.run([sys.executable, "-m", "pgfit", "profiles"], capture_output=True, text=True, check=True)
    for name in ("web (the default)", "oltp", "analytics", "mixed", "queue", "vector", "dev", "ci", "NOT DURABLE"):
        assert name in done.stdout


@pytest.mark.parametrize("topic", by_id())
def test_every_check_has_a_page_with_both_examples(topic: str) -> None:
    page = explain(topic)
    assert page.startswith(f"{topic} (")
    assert "Fails:\n" in page
    assert "Passes:\n" in page
    assert f"pgfit: ignore={topic}" in page or f"pgfit audit --ignore {topic}" in page


@pytest.mark.parametrize("topic", TERMS)
def test_every_word_of_an_audit_is_explained(topic: str) -> None:
    assert len(explain(topic.replace("_", "-")).split()) > 15
