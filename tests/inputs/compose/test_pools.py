"""clients.yaml is data that somebody may add to: it must hold together."""

import pytest

from pgfit.inputs.compose.pools import Pool, compiled, table

POOLS = table().pools


@pytest.mark.parametrize("pool", POOLS, ids=lambda pool: pool.name)
def test_pool(pool: Pool) -> None:
    assert pool.about
    for pattern in (*pool.size, pool.inside, pool.plus, pool.processes, pool.most):
        assert not pattern or not compiled(pattern).fullmatch("")
    assert not (pool.inside and pool.size)
    assert pool.inside or pool.size or pool.pooler
    assert bool(pool.most) == bool(pool.default)
    assert all(image == image.lower() for image in pool.images)
    assert not pool.pooler or "*" not in pool.images


def test_a_pattern_has_no_group_of_its_own() -> None:
    assert all(compiled(pattern).groups == 0 for pool in POOLS for pattern in (pool.inside, *pool.size))


def test_variables_that_only_look_like_it() -> None:
    named = next(pool for pool in POOLS if pool.name == "named")
    names = ["POSTGRES_MAX_CONNECTIONS", "PGPOOL_MAX_POOL", "DB_POOL_MIN", "MONGODB_POOL_SIZE", "REDIS_DB_POOL", "POOL_SIZE"]
    assert [name for name in names for pattern in named.size if compiled(pattern).fullmatch(name)] == []
