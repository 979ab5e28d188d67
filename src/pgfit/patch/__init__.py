"""A plan put into the user's own file: only the lines that must change, or a refusal with the line and the reason.

scalars.py     where each character of a value stands, and how a value is written
places.py      adding a key, adding an item, replacing a value: tree in, edits out
command.py     settings merged into a command, in the form it is written in
channels.py    settings for images that do not take them from the command
service.py     limits, /dev/shm, time to stop, environment
fit.py         the facts of a server of the file, and the plan for them
comment.py     the line above a command that pgfit wrote
fragment.py    what a service should gain, as YAML of its own
project.py     all servers of a project: plan and edit
proof.py       the result read again: what it must say, and that nothing else changed
report.py      what was planned and changed, in words and as JSON
diff.py        the lines that change, with nothing secret in them
override.py    the same as a file of its own, for `-f BASE -f OVERRIDE`
"""
