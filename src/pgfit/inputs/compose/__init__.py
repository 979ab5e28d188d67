"""Compose files as compose itself reads them, with the place of everything.

find.py        which files: -f, COMPOSE_FILE, the default names and their override
variables.py   .env and the environment, and ${…} in all its forms
merge.py       several files, `extends`, `!reset` and `!override` become one
project.py     Project and Service: what stands in the files
families.py    what images hold a server, and how settings reach it (families.yaml)
command.py     the words of a command, and the settings among them
limits.py      what a service may use: memory, CPUs, /dev/shm, time to stop
server.py      a Service that is a PostgreSQL server, with all that is known of it
clients.py     what the other services may open
hosts.py       which of them mean this server       pools.py   and how large their pools are (clients.yaml)
"""
