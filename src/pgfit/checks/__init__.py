"""What is wrong with how PostgreSQL is run, whatever its settings.

finding.py      Finding: a problem, its place, its arithmetic, its cure
deployment.py   Deployment: one server of a compose file, with all that a check may read
compose/        one module per problem: its docstring is its page; ID, SEVERITY, LINK, check(deployment)
pages.py        the docstrings taken apart: explanation, the example that fails, the one that passes
ignored.py      `# pgfit: ignore=ID` in the file
lint.py         all checks over a project
"""
