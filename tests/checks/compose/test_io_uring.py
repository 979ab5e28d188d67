"""io-uring."""

import pytest

from linting import found, service

ID = "io-uring"
ON = "command: -c io_method=io_uring\n"


@pytest.mark.parametrize("lines", [ON, ON + "security_opt: [no-new-privileges:true]", ON + "privileged: false"])
def test_told(lines: str) -> None:
    (one,) = found(service(lines), ID)
    assert one.message == "io_method=io_uring: Docker's default seccomp profile blocks it, the server does not start"
    assert (one.cure, one.line_column) == ("-c io_method=worker", (4, 14))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("command: -c io_method=worker", id="worker"),
        pytest.param("", id="the default"),
        pytest.param("command: -c io_method=${IO}", id="unknown"),
        pytest.param(ON + "security_opt: [seccomp:unconfined]", id="unconfined"),
        pytest.param(ON + "security_opt: ['seccomp=./uring.json']", id="a profile"),
        pytest.param(ON + "security_opt: ['${SECURITY}']", id="an option that is not known"),
        pytest.param(ON + "privileged: true", id="privileged"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []


def test_17_does_not_know_it_at_all() -> None:
    assert found(service(ON, "postgres:17"), ID) == []
