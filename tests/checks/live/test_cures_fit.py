"""A cure that is a setting does not break what it promises: applied, the worst case still fits."""

import pytest
import yaml

from pgfit.audit.budget import Claims
from pgfit.checks.live import by_id
from pgfit.checks.pages import page_of
from sketching import found, sketched


@pytest.mark.parametrize("check", ["temp-files-with-room", "cache-misses-with-room"])
def test_with_the_cure_it_still_fits(check: str) -> None:
    sketch = yaml.safe_load(page_of(by_id()[check]).fails)
    (one,) = found(yaml.safe_dump(sketch), check)
    cured = sketched(yaml.safe_dump({**sketch, "settings": {**sketch["settings"], **one.settings}}))
    assert isinstance(cured.claims, Claims)
    assert cured.claims.fits
