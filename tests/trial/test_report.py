"""The JSON of a trial: what a script that reads it may rely on."""

from pgfit.trial import Arm
from pgfit.trial.place import Limits
from pgfit.trial.report import Trial, as_document
from pgfit.trial.run import Work
from pgfit.units import MB, Bytes
from planning import plan_for


def test_each_configuration_has_its_own_limits() -> None:
    """They differ in /dev/shm."""
    sizes = {"defaults": Bytes(64 * MB), "pgfit": Bytes(96 * MB)}
    arms = [Arm(name, {}, Limits(Bytes(512 * MB), 1.0, None, size)) for name, size in sizes.items()]
    made = as_document(Trial("docker", arms, plan_for("512M", "1"), Work(2, 1, 8), 1, [], [], []))
    assert {name: limits["shm_size"] for name, limits in made["limits_of"].items()} == sizes
    assert made["limits"] == made["limits_of"]["defaults"]
