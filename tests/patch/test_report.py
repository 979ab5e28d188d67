"""What is said of a patch: nothing of what a variable brings into the command, unless pgfit knows the setting."""

from patch.rewriting import project_of, wishes
from pgfit.patch.project import patch
from pgfit.patch.report import as_document, as_text

TEXT = """\
services:
  db:
    image: postgres:18
    mem_limit: 512m
    cpus: 1
    command: -c primary_conninfo=${CONN} -c work_mem=${WORK_MEM}
"""


def test_a_variable_in_the_command_is_told_only_where_it_is_no_secret() -> None:
    patched = patch(project_of(TEXT, CONN="host=a,password=SECRET123", WORK_MEM="1MB"), wishes())
    told = "\n".join(as_text(patched.fates[0])) + str(as_document(patched, {}, written=False))
    assert "SECRET123" not in told
    assert "primary_conninfo stays: it comes from ${CONN}" in told
    assert "work_mem stays 1MB: it comes from ${WORK_MEM}" in told
