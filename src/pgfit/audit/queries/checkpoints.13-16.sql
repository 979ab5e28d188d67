-- Checkpoints, and who writes the buffers.
SELECT checkpoints_timed AS timed, checkpoints_req AS requested, checkpoint_write_time AS write_milliseconds,
       checkpoint_sync_time AS sync_milliseconds, buffers_checkpoint AS by_checkpointer,
       buffers_clean AS by_background_writer, maxwritten_clean AS background_writer_stops,
       buffers_backend AS by_backends, extract(epoch FROM stats_reset)::float8 AS reset_at
  FROM pg_stat_bgwriter
