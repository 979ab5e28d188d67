"""What any trial of the storm and the reads must say, wherever its servers ran."""

from typing import Any

from pgfit.units import MB

__all__ = ["assert_storm_and_reads"]


def assert_storm_and_reads(made: dict[str, Any]) -> None:
    """Of the JSON document of one round of both. Structure and survival, never speed."""
    assert made["safe"]
    assert [(run["workload"], run["configuration"]) for run in made["runs"]] == [
        ("reads", "defaults"),
        ("reads", "pgfit"),
        ("storm", "defaults"),
        ("storm", "pgfit"),
    ]
    mine = made["runs"][-1]
    assert mine["sessions"] > 1
    assert 10 * MB < mine["peak"] <= made["worst_case"] <= made["limits"]["memory"]
    assert made["runs"][1]["transactions"] > 0
    assert made["runs"][1]["p95_ms"] > 0
