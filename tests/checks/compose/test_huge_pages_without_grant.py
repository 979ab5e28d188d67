"""huge-pages-without-grant."""

import pytest

from linting import found, service

ID = "huge-pages-without-grant"
ON = "command: -c huge_pages=on\n"


@pytest.mark.parametrize("lines", [ON, ON + "volumes: [data:/var/lib/postgresql]", ON + "cap_add: [SYS_NICE]"])
def test_told(lines: str) -> None:
    (one,) = found(service(lines), ID)
    assert one.message == "huge_pages=on: the server does not start unless the host has huge pages to spare"
    assert one.line_column == (4, 14)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("command: -c huge_pages=try", id="try"),
        pytest.param("", id="the default"),
        pytest.param("command: -c huge_pages=${HUGE}", id="unknown"),
        pytest.param(ON + "volumes: [/dev/hugepages:/dev/hugepages]", id="a mount"),
        pytest.param(ON + "volumes: [{type: bind, source: /mnt/huge, target: /mnt/pages}]", id="a mount in the long form"),
        pytest.param(ON + "cap_add: [IPC_LOCK]", id="a capability"),
        pytest.param(ON + "ulimits: {memlock: -1}", id="memlock"),
        pytest.param(ON + "privileged: true", id="privileged"),
    ],
)
def test_silent(lines: str) -> None:
    assert found(service(lines), ID) == []
