-- The static shared memory as it was really allocated.
SELECT sum(allocated_size)::bigint AS shared_bytes FROM pg_shmem_allocations
