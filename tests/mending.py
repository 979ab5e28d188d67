"""For the tests of checks that mend: the edits of a check applied, and the result read and linted again to zero."""

from linting import found
from pgfit.edits import Edit, apply


def mended(text: str, check: str) -> str:
    """The file afterwards."""
    edits: list[Edit] = []
    for one in found(text, check):
        edits += [edit for _, edit in one.fix if edit not in edits]
    assert edits, "there is nothing to apply"
    after = apply(text, edits)
    assert found(after, check) == []
    return after
