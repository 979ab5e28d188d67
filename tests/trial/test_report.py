"""The answer of a trial: the JSON that a script may rely on, and the lines for people."""

from pgfit.trial import Arm, Run
from pgfit.trial.compare import compare
from pgfit.trial.place import Limits
from pgfit.trial.report import Trial, as_document, part
from pgfit.trial.run import Outcome, Work
from pgfit.trial.workloads import WORKLOADS
from pgfit.units import MB, Bytes
from planning import plan_for


def test_each_configuration_has_its_own_limits() -> None:
    """They differ in /dev/shm."""
    sizes = {"defaults": Bytes(64 * MB), "pgfit": Bytes(96 * MB)}
    arms = [Arm(name, {}, Limits(Bytes(512 * MB), 1.0, None, size)) for name, size in sizes.items()]
    made = as_document(Trial("docker", arms, plan_for("512M", "1"), Work(2, 1, 8), 1, [], [], []))
    assert {name: limits["shm_size"] for name, limits in made["limits_of"].items()} == sizes
    assert made["limits"] == made["limits_of"]["defaults"]


def test_one_that_was_killed_before_it_was_looked_at_has_no_peak() -> None:
    """While its caches were filled, for example: 0 bytes would be a claim."""
    runs = [
        Run("reads", "defaults", 1, Outcome(failure="killed: 1 process by the kernel, out of memory", oom_kills=1)),
        Run("reads", "pgfit", 1, Outcome(transactions=9, tps=9.0, anon=MB)),
    ]
    reads = next(one for one in WORKLOADS if one.name == "reads")
    lines = [line for line, _ in part(compare("reads", runs), reads)]
    assert lines[2].split() == ["defaults", *["-"] * 6]
    assert "1 MB" in lines[4]
