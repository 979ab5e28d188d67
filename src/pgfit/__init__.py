"""pgfit fits PostgreSQL into its container: settings that provably stay inside the memory limit."""

__version__ = "0.1.0"
