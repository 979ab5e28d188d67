-- Checkpoints, and who writes the buffers.
SELECT c.num_timed AS timed, c.num_requested AS requested, c.write_time AS write_milliseconds,
       c.sync_time AS sync_milliseconds, c.buffers_written AS by_checkpointer,
       b.buffers_clean AS by_background_writer, b.maxwritten_clean AS background_writer_stops,
       (SELECT sum(writes)::bigint FROM pg_stat_io
         WHERE backend_type = 'client backend' AND object = 'relation' AND context = 'normal') AS by_backends,
       extract(epoch FROM c.stats_reset)::float8 AS reset_at
  FROM pg_stat_checkpointer c, pg_stat_bgwriter b
