"""An image without a tag."""

import pytest

from linting import found, service

ID = "image-untagged"


@pytest.mark.parametrize("image", ["postgres", "docker.io/library/postgres", "localhost:5000/postgis/postgis", "${PG:-postgres}"])
def test_told(image: str) -> None:
    assert len(found(service("", image), ID)) == 1


@pytest.mark.parametrize(
    "image", ["postgres:18.4", "postgres:latest", "postgres@sha256:00ff", "postgres:${TAG}", "${IMAGE}", "postgres${TAG}"]
)
def test_not_told(image: str) -> None:
    assert found(service("", image), ID) == []


def test_not_told_of_what_is_built() -> None:
    assert found("services:\n  db:\n    build: .\n    image: postgres\n", ID) == []


def test_what_the_old_path_means_to_the_image_of_today() -> None:
    (one,) = found(service("volumes: [pgdata:/var/lib/postgresql/data]", "postgres"), ID)
    assert one.message == (
        "postgres has no tag: the next pull may bring another major; "
        "from 18 on it refuses to start with /var/lib/postgresql/data mounted"
    )
    assert one.cure == "image: postgres:MAJOR.MINOR, as `SHOW server_version` says"
    assert one.line_column == (3, 12)


def test_not_where_pgdata_is_set() -> None:
    text = service("volumes: [pgdata:/var/lib/postgresql/data]\nenvironment: [PGDATA=/var/lib/postgresql/data]", "postgres")
    assert found(text, ID)[0].message == "postgres has no tag: the next pull may bring another major"
