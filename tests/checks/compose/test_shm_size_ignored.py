"""shm-size-ignored."""

import pytest

from linting import found, service

ID = "shm-size-ignored"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        pytest.param(
            "shm_size: 256m\ntmpfs: /dev/shm:size=1g",
            "shm_size is ignored: something is mounted at /dev/shm (compose.yaml:5)",
            id="tmpfs",
        ),
        pytest.param(
            "shm_size: 256m\nvolumes: [{type: tmpfs, target: /dev/shm, tmpfs: {size: 1000000000}}]",
            "shm_size is ignored: something is mounted at /dev/shm (compose.yaml:5)",
            id="a tmpfs under volumes",
        ),
        pytest.param(
            "shm_size: 256m\nipc: host", "shm_size is ignored: `ipc: host` shares another's /dev/shm (compose.yaml:5)", id="ipc"
        ),
        pytest.param(
            "shm_size: 256m\nipc: service:app",
            "shm_size is ignored: `ipc: service` shares another's /dev/shm (compose.yaml:5)",
            id="another service's",
        ),
    ],
)
def test_told(lines: str, message: str) -> None:
    (one,) = found(service(lines), ID)
    assert (one.message, one.line_column) == (message, (4, 15))


def test_of_the_build() -> None:
    (one,) = found(service("build: {context: ., shm_size: 1g}\ncommand: postgres -c work_mem=8MB"), ID)
    assert one.message == "shm_size under `build:` is for building the image, not for the server"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("shm_size: 256m", id="alone"),
        pytest.param("ipc: host", id="only ipc"),
        pytest.param("shm_size: 256m\nipc: private", id="private"),
        pytest.param("shm_size: 256m\nipc: shareable", id="shareable"),
        pytest.param("shm_size: 256m\nipc: ${IPC}", id="unknown"),
        pytest.param("shm_size: 256m\ntmpfs: /run", id="another tmpfs"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
