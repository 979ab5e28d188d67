"""A cure that is a setting does not break what it promises: applied, the worst case still fits; and where it can be applied."""

import pytest
import yaml

from pgfit.audit.budget import Claims
from pgfit.checks.live import by_id
from pgfit.checks.pages import page_of
from pgfit.checks.report import as_document
from sketching import found, sketched


@pytest.mark.parametrize("check", ["temp-files-with-room", "cache-misses-with-room"])
def test_with_the_cure_it_still_fits(check: str) -> None:
    sketch = yaml.safe_load(page_of(by_id()[check]).fails)
    (one,) = found(yaml.safe_dump(sketch), check)
    cured = sketched(yaml.safe_dump({**sketch, "settings": {**sketch["settings"], **one.settings}}))
    assert isinstance(cured.claims, Claims)
    assert cured.claims.fits


LARGE = "memory: 1G\nsettings: {maintenance_work_mem: 512MB%s}\n"
BY_SQL = "ALTER SYSTEM SET maintenance_work_mem = '40MB';"


@pytest.mark.parametrize(
    ("sketch", "cure", "sql"),
    [
        (LARGE % "", BY_SQL, [BY_SQL]),
        (
            LARGE % "" + "sources: {maintenance_work_mem: command line}",
            "-c maintenance_work_mem=40MB in the command of the server",
            [],
        ),
        (
            LARGE % "" + "sources: {maintenance_work_mem: user}\ndenied: [file_settings]",
            "ALTER ROLE … RESET maintenance_work_mem; then maintenance_work_mem = 40MB",
            [],
        ),
        (
            LARGE % "" + "sources: {maintenance_work_mem: database}\ndenied: [file_settings]",
            "ALTER DATABASE … RESET maintenance_work_mem; then maintenance_work_mem = 40MB",
            [],
        ),
        (
            LARGE % "" + "sources: {maintenance_work_mem: global}",
            "ALTER ROLE ALL RESET maintenance_work_mem; then maintenance_work_mem = 40MB",
            [],
        ),
        (
            LARGE % ", allow_alter_system: off",
            "maintenance_work_mem = 40MB in postgresql.conf (ALTER SYSTEM is off)",
            [],
        ),
        (
            LARGE % ", rds.extensions: a"
            + "server: {superuser: false}\ndenied: [files]\ntold: [{what: memory, value: 1073741824, where: --memory}]",
            "in Amazon RDS's parameters: maintenance_work_mem = 40MB",
            [],
        ),
    ],
    ids=["file", "flag", "role", "database", "everybody", "not allowed", "managed"],
)
def test_sql_is_only_what_changes_it_there(sketch: str, cure: str, sql: list[str]) -> None:
    (one,) = found(sketch, "maintenance-above-share")
    assert one.cure == cure
    (told,) = as_document([one], ())["findings"]
    assert (told["flags"], told["sql"]) == (["-c maintenance_work_mem=40MB"], sql)
