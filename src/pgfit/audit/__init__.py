"""What a live server says of itself: asked once, kept as a snapshot, and read.

record.py      Snapshot: the answers, as JSON both ways, so that an audit can be replayed
questions.py   which of queries/*.sql a major is asked; what may hold a secret
snapshot.py    the one connection; the only file that knows psycopg
failures.py    why a connection failed, in words
settings.py    a setting as it runs: value, source, place
container.py   the cgroup's files as the server sees them: limits, memory split, throttling, /dev/shm
running.py     Running: all of this for one server; what checks read
budget.py      what the running settings may claim of the limit
fitting.py     the least to change so that it fits
comparison.py  where pgfit would run it differently, and it matters
told.py        what the command line, docker inspect and the compose file say of the container
terms.py       its words explained
report.py, document.py, watch.py   an audit to read, as data, and as a screen that refreshes itself
"""
