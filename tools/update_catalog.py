"""Write src/pgfit/catalog/data/NN.json: what PostgreSQL says of each of its settings.

    python tools/update_catalog.py               every server that fetch_servers.py fetched, from its pg_settings
    python tools/update_catalog.py 19 FILE.tsv   a major of which no server can be had, from a table of its
                                                 parameters (name vartype unit context min_val max_val boot_val)

Generated files are never edited by hand; what PostgreSQL does not say is in catalog/notes.py.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from real_server import RealServer, installed

DATA = Path(__file__).parent.parent / "src" / "pgfit" / "catalog" / "data"
QUERY = """
    select name, vartype, coalesce(unit, '') as unit, context, coalesce(boot_val, '') as boot_val,
           min_val, max_val, enumvals, category, short_desc
      from pg_settings order by name
"""
LOCAL = {"config_file", "data_directory", "hba_file", "ident_file", "external_pid_file", "krb_server_keyfile"}
"""Their defaults are paths of the machine the server was built or run on."""


def number(text: str | None) -> float | int | None:
    if not text:
        return None
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def entry(row: dict[str, Any]) -> dict[str, Any]:
    about = row.get("short_desc") or ""
    made = {
        "type": row["vartype"],
        "unit": row["unit"],
        "context": row["context"],
        "default": "" if row["name"] in LOCAL else row["boot_val"],
        "category": row.get("category") or "",
        "about": about if about.endswith(".") or not about else about + ".",
    }
    if row["vartype"] in {"integer", "real"}:
        made["least"], made["most"] = number(row["min_val"]), number(row["max_val"])
    if row["vartype"] == "enum":
        made["choices"] = row["enumvals"] or []
    return made


def write(major: int, source: str, settings: dict[str, dict[str, Any]]) -> None:
    lines = [f" {json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(settings.items())]
    head = f'{{"major": {major}, "source": {json.dumps(source)}, "settings": {{\n'
    (DATA / f"{major}.json").write_text(head + ",\n".join(lines) + "\n}}\n")
    print(f"{major}: {len(settings)} settings from {source}")


def from_server(major: int, home: Path) -> None:
    with RealServer(home) as server:
        server.start()
        with psycopg.connect(server.dsn, row_factory=dict_row) as connection:
            rows = connection.execute(QUERY).fetchall()
        version = next(row["boot_val"] for row in rows if row["name"] == "server_version")
    write(major, f"pg_settings of PostgreSQL {version}", {row["name"]: entry(row) for row in rows})


def from_table(major: int, table: Path) -> None:
    """Choices, categories and descriptions are not in the table: they are the previous major's, where it has them."""
    before = json.loads((DATA / f"{major - 1}.json").read_text())["settings"]
    settings = {}
    with table.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            old = before.get(row["name"], {})
            known: dict[str, Any] = {**row, "category": old.get("category"), "short_desc": old.get("about")}
            known["enumvals"] = old.get("choices")
            settings[row["name"]] = entry(known)
    write(major, f"the source of PostgreSQL {major}, not a server", settings)


def write_spans() -> None:
    """spans.json: settings that not every major has, with the first and the last major that does."""
    having: dict[str, list[int]] = {}
    majors = sorted(int(path.stem) for path in DATA.glob("[0-9]*.json"))
    for major in majors:
        for name in json.loads((DATA / f"{major}.json").read_text())["settings"]:
            having.setdefault(name, []).append(major)
    spans = {name: [found[0], found[-1]] for name, found in sorted(having.items()) if found != majors}
    lines = [f" {json.dumps(name)}: {json.dumps(span)}" for name, span in spans.items()]
    (DATA / "spans.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        from_table(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        for found, place in installed().items():
            from_server(found, place)
    write_spans()
