"""Override files: what each key of a service becomes. Rules: https://docs.docker.com/reference/compose-file/merge/."""

from pathlib import Path
from typing import Any

import pytest

from pgfit.inputs.compose.merge import pairs, target
from pgfit.inputs.compose.project import Service, load
from pgfit.yamltree import Mapping, Node, Scalar, Sequence, Source


def plain(node: Node | None) -> Any:
    if isinstance(node, Mapping):
        return {name: plain(one.value) for name, one in node.all().items()}
    if isinstance(node, Sequence):
        return [plain(one) for one in node.items]
    return node.text if isinstance(node, Scalar) and not node.null else None


def merged(*parts: str) -> Service:
    """The service db of several files, each given by the service's keys."""
    sources = []
    for number, part in enumerate(parts):
        lines = "".join(f"    {line}\n" for line in part.split("\n"))
        sources.append(Source(f"{number}.yaml", f"services:\n  db:\n{lines}"))
    return load(sources, {}, Path("/nowhere")).services["db"]


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        pytest.param("a: 1\nb: 2", "b: 3\nc: 4", {"a": "1", "b": "3", "c": "4"}, id="keys"),
        pytest.param("image: a", "image:", {"image": "a"}, id="nothing over something"),
        pytest.param("image:", "image: a", {"image": "a"}, id="something over nothing"),
        pytest.param("command: [a, b]", "command: [c]", {"command": ["c"]}, id="command"),
        pytest.param("command: a b", "command: [c]", {"command": ["c"]}, id="command in another form"),
        pytest.param("command: a", "command:", {"command": "a"}, id="a null command changes nothing"),
        pytest.param("command: a", "command: []", {"command": []}, id="an empty command"),
        pytest.param("entrypoint: [a]", "entrypoint: [b]", {"entrypoint": ["b"]}, id="entrypoint"),
        pytest.param("ports: [a]", "ports: [b]", {"ports": ["a", "b"]}, id="lists are appended"),
        pytest.param("tmpfs: /run", "tmpfs: [/var]", {"tmpfs": ["/run", "/var"]}, id="a word and a list"),
        pytest.param(
            "healthcheck: {test: [a, b], retries: 1}",
            "healthcheck: {test: [c]}",
            {"healthcheck": {"test": ["c"], "retries": "1"}},
            id="the test of a healthcheck",
        ),
        pytest.param(
            "deploy: {resources: {limits: {memory: 1g, cpus: 1}}, replicas: 2}",
            "deploy: {resources: {limits: {memory: 2g}}}",
            {"deploy": {"resources": {"limits": {"memory": "2g", "cpus": "1"}}, "replicas": "2"}},
            id="mappings all the way down",
        ),
        pytest.param(
            "volumes: [aa:/x, bb:/y]", "volumes: [cc:/x]", {"volumes": ["bb:/y", "cc:/x"]}, id="volumes by where they are mounted"
        ),
        pytest.param(
            "volumes: [aa:/x/]",
            "volumes: [{type: bind, source: c, target: /x}]",
            {"volumes": [{"type": "bind", "source": "c", "target": "/x"}]},
            id="volumes in both forms",
        ),
        pytest.param("volumes: [aa:/x]", "volumes: [aa:/y]", {"volumes": ["aa:/x", "aa:/y"]}, id="one volume, two places"),
        pytest.param(
            "build: ./db", "build: {target: x}", {"build": {"context": "./db", "target": "x"}}, id="build in both forms"
        ),
        pytest.param("a: 1\nb: 2", "a: !reset 0", {"b": "2"}, id="!reset"),
        pytest.param("a: 1", "a: !reset", {}, id="!reset null"),
        pytest.param("deploy: {a: 1, b: 2}", "deploy: {a: !reset null}", {"deploy": {"b": "2"}}, id="!reset deeper"),
        pytest.param("ports: [a]", "ports: !override [b]", {"ports": ["b"]}, id="!override a list"),
        pytest.param("deploy: {a: 1}", "deploy: !override {b: 2}", {"deploy": {"b": "2"}}, id="!override a mapping"),
        pytest.param("ports: [a]", "ports: !reset []", {}, id="!reset a list"),
    ],
)
def test_a_later_file_over_an_earlier_one(base: str, over: str, expected: dict[str, Any]) -> None:
    assert plain(merged(base, over).config) == expected


@pytest.mark.parametrize("key", ["environment", "labels", "annotations", "sysctls", "extra_hosts", "build: {args"])
@pytest.mark.parametrize("base", ["[A=1, B=2]", "{A: 1, B: 2}"])
@pytest.mark.parametrize("over", ["[B=3, C=4]", "{B: 3, C: 4}"])
def test_names_are_merged_across_list_and_mapping(key: str, base: str, over: str) -> None:
    end = "}" if "{" in key else ""
    service = merged(f"{key}: {base}{end}", f"{key}: {over}{end}")
    found = pairs(service.get(*key.split(": {")))
    assert {name: one.text.rpartition("=")[2] for name, one, _ in found if one is not None} == {"A": "1", "B": "3", "C": "4"}


@pytest.mark.parametrize("key", ["depends_on", "networks"])
@pytest.mark.parametrize("over", ["[b, c]", "{b: {}, c: {}}"])
def test_names_alone_are_merged_across_list_and_mapping(key: str, over: str) -> None:
    service = merged(f"{key}: [a, b]", f"{key}: {over}")
    assert [name for name, _, _ in pairs(service.get(key))] == ["a", "b", "c"]


def test_three_files() -> None:
    service = merged("command: a\nenvironment: [A=1]", "environment: {B: 2}", "command: c\nenvironment: [A=3]")
    assert plain(service.get("command")) == "c"
    assert {name: one.text for name, one, _ in pairs(service.get("environment")) if one} == {"A": "A=3", "B": "2"}


def test_a_key_that_was_reset_can_come_again() -> None:
    assert plain(merged("a: 1", "a: !reset 0", "a: 2").config) == {"a": "2"}


def test_what_is_merged_keeps_its_file_and_place() -> None:
    service = merged("image: a\nmem_limit: 1g", "image: b")
    limit, image = service.get("mem_limit"), service.get("image")
    assert limit is not None
    assert image is not None
    assert (limit.place, image.place) == ("0.yaml:4", "1.yaml:3")


def test_merged_keys_below_an_override() -> None:
    text = "x: &x\n  image: a\n  environment: {A: 1}\nservices:\n  db:\n    <<: *x\n"
    over = "services:\n  db:\n    environment: {B: 2}\n"
    project = load([Source("0.yaml", text), Source("1.yaml", over)], {}, Path("/nowhere"))
    assert plain(project.services["db"].config) == {"image": "a", "environment": {"A": "1", "B": "2"}}


@pytest.mark.parametrize(
    ("volume", "path"),
    [
        ("data:/var/lib/postgresql", "/var/lib/postgresql"),
        ("data:/var/lib/postgresql/:ro", "/var/lib/postgresql"),
        ("/var/lib/postgresql", "/var/lib/postgresql"),
        ("./data:/x", "/x"),
        ('"${D:-./data}:/x"', "/x"),
        ('"${D:-${E:-a}}:/x:Z"', "/x"),
        ("'C:\\data:/x'", "/x"),
        ("{type: volume, source: data, target: /x/}", "/x"),
        ("{type: tmpfs}", ""),
        ("[a]", ""),
    ],
)
def test_where_a_volume_is_mounted(volume: str, path: str) -> None:
    node = merged(f"volumes:\n- {volume}").get("volumes")
    assert isinstance(node, Sequence)
    assert target(node.items[0]) == path
