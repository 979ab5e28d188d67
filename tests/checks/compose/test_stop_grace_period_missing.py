"""stop-grace-period-missing."""

import pytest

from linting import found, service
from pgfit.edits import apply

ID = "stop-grace-period-missing"


@pytest.mark.parametrize("lines", ["", "stop_grace_period:", "stop_signal: SIGINT"])
def test_told(lines: str) -> None:
    (one,) = found(service(lines), ID)
    assert one.message == "db has Docker's 10 seconds to stop before it is killed"
    assert one.line_column == (2, 3)


@pytest.mark.parametrize("lines", ["stop_grace_period: 1m", "stop_grace_period: 5s", "stop_grace_period: ${GRACE}"])
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            service("command: -c work_mem=8MB\nmem_limit: 1g"),
            service("command: -c work_mem=8MB\nstop_grace_period: 1m\nmem_limit: 1g"),
            id="behind the command",
        ),
        pytest.param(
            service("stop_grace_period: # how long?"), service("stop_grace_period: 1m # how long?"), id="a key without value"
        ),
        pytest.param(
            "services:\r\n  db:\r\n    image: postgres:18\r\n",
            "services:\r\n  db:\r\n    image: postgres:18\r\n    stop_grace_period: 1m\r\n",
            id="line breaks of Windows",
        ),
        pytest.param(
            "services: {db: {image: postgres}}\n",
            'services: {db: {image: postgres, stop_grace_period: "1m"}}\n',
            id="on one line",
        ),
    ],
)
def test_mended(before: str, after: str) -> None:
    (one,) = found(before, ID)
    assert apply(before, [edit for _, edit in one.fix]) == after
    assert found(after, ID) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("services:\n  db: &db\n    image: postgres:18\n  db2:\n    <<: *db\n", id="an anchor that others merge"),
        pytest.param(
            "services:\n  db:\n    image: postgres:18\n  app:\n    image: app\n    extends: db\n", id="a base of others"
        ),
    ],
)
def test_not_mended_where_others_share_the_lines(text: str) -> None:
    assert found(text, ID)[0].fix == ()
