"""The house rules: lists are complete, names exist, nothing is left over, the documentation is fresh."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pgfit.catalog import MAJORS, catalog
from pgfit.catalog.values import print_value
from pgfit.model import Profile, Skip, Use
from pgfit.profiles import STORAGES, load, names
from pgfit.render import FORMATS
from pgfit.tune import CHAPTERS, RULES, budget
from pgfit.tune.extensions import EXTENSIONS
from pgfit.tune.measured import CONSTANTS
from pgfit.tune.rule import Case
from planning import plan_for

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "pgfit"

ASKED_FOR = """
    shared_buffers work_mem hash_mem_multiplier maintenance_work_mem autovacuum_work_mem temp_buffers
    effective_cache_size huge_pages wal_buffers logical_decoding_work_mem min_dynamic_shared_memory
    vacuum_buffer_usage_limit max_connections superuser_reserved_connections reserved_connections
    max_worker_processes max_parallel_workers max_parallel_workers_per_gather max_parallel_maintenance_workers
    autovacuum_max_workers autovacuum_worker_slots autovacuum_naptime autovacuum_vacuum_scale_factor
    autovacuum_analyze_scale_factor max_wal_size min_wal_size checkpoint_timeout checkpoint_completion_target
    wal_compression max_slot_wal_keep_size random_page_cost effective_io_concurrency maintenance_io_concurrency
    default_statistics_target jit io_method io_workers bgwriter_lru_maxpages bgwriter_delay
    max_locks_per_transaction log_temp_files log_checkpoints log_lock_waits log_autovacuum_min_duration
""".split()  # noqa: SIM905  forty quotes and commas would hide the names


def test_every_setting_a_tuner_should_decide_has_a_rule() -> None:
    assert set(ASKED_FOR) <= set(RULES)


@pytest.mark.parametrize("major", MAJORS)
def test_every_plan_decides_or_skips_every_rule_in_words(major: int) -> None:
    made = plan_for("1G", "1", postgres=major)
    decided = {one.setting.name for one in made.settings}
    assert decided | set(made.skipped) == set(RULES)
    assert not decided & set(made.skipped)
    assert all(one.why for one in made.settings)
    assert all(made.skipped.values())


def test_every_rule_names_a_setting_of_some_major() -> None:
    for name in RULES:
        assert any(name in catalog(major) for major in MAJORS), name


def test_every_rule_stands_in_one_chapter_and_has_its_page() -> None:
    listed = [rule for rules in CHAPTERS.values() for rule in rules]
    assert len(listed) == len(set(listed)) == len(RULES)
    for rule in listed:
        assert rule.__doc__, rule.__name__
        assert rule.__doc__.strip().splitlines()[0].endswith("."), rule.__name__


def test_no_rule_is_written_but_not_listed() -> None:
    for path in (SOURCE / "tune").glob("*.py"):
        for name in re.findall(r"^def (\w+)\(case: Case\) -> (?:Use|Skip)", path.read_text(), re.MULTILINE):
            if not name.startswith("_"):
                assert name in RULES, f"{path.name}: {name}"


@pytest.mark.parametrize("profile", names())
def test_every_rule_answers_alone(profile: str) -> None:
    facts = plan_for("1G", "1", profile).facts
    case = Case(facts, load(profile), budget.divide(facts, load(profile)))
    for rule in RULES.values():
        assert isinstance(rule(case), Use | Skip)


def test_every_key_of_a_profile_is_used() -> None:
    text = "\n".join(path.read_text() for path in (SOURCE / "tune").glob("*.py"))
    for field in set(Profile._fields) - {"about"}:  # said by `pgfit profiles`
        assert re.search(rf"\.{field}\b", text), field


def test_the_profiles_that_are_promised_are_there_and_only_ci_trades_durability() -> None:
    assert names() == ["web", "analytics", "ci", "dev", "mixed", "oltp", "queue", "vector"]
    assert [name for name in names() if not load(name).durable] == ["ci"]
    assert all(set(load(name).storage) == set(STORAGES) for name in names())


def test_every_format_has_its_function() -> None:
    made = plan_for()
    from pgfit.render import render  # noqa: PLC0415  beside its only use

    for form in FORMATS:
        assert render(made, form)


def test_every_extension_names_settings_of_its_own() -> None:
    for one in EXTENSIONS.values():
        assert all(name.startswith(f"{one.name}.") for name in one.settings)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_can_be_read_at_one_sitting_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert text.startswith(('"""', 'r"""')), "no docstring"
    assert len(text.splitlines()) <= 320


def test_the_generated_documentation_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_docs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_version_is_the_same_everywhere() -> None:
    from pgfit import __version__  # noqa: PLC0415  beside its only use

    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_worked_example_of_the_memory_model_is_the_plan() -> None:
    """Each line of the budget, in MB, and the work_mem it is worked out for."""
    text = (ROOT / "docs" / "memory-model.md").read_text()
    example = text[text.index("## 4. A worked example") : text.index("## 5.")]
    made = plan_for("256M", "0.3", postgres=18)
    assert f"`work_mem` {print_value(made.value('work_mem')).removesuffix('kB')} kB" in example
    lines = {part.name.replace("_", " "): part.size for part in made.budget.parts}
    for name, size in {**lines, "**worst case**": made.budget.worst_case}.items():
        (row,) = [row for row in example.splitlines() if row.startswith(f"| {name} |")]
        assert float(row.rstrip("| ").split("|")[-1].strip(" *")) == pytest.approx(size / 2**20, abs=0.006), row


def test_the_constants_in_the_memory_model_are_the_codes() -> None:
    text = (ROOT / "docs" / "memory-model.md").read_text()
    c = CONSTANTS[18]
    for phrase in (
        f"sorts × {c.sort} × wm",
        f"H = {CONSTANTS[14].hash} (13, 14) or {c.hash} (15 and later)",
        f"`node` = {c.node / 2**20:g} MB",
        f"each prepared statement {c.prepared_statement / 1024:g} kB",
        f"adds {c.relation / 1024:g} kB (`relation`)",
        f"`jit` = {c.jit / 2**20:g} MB",
        f"{c.maintenance} (`maintenance`)",
        f"{c.autovacuum_worker / 2**20:g} MB (`autovacuum_worker`)",
        f"{c.parallel_worker / 2**20:g} MB (`parallel_worker`)",
    ):
        assert phrase in text, phrase
