"""The plan as a document, schema 1: the same keys as JSON and as YAML. docs/json.md describes it."""

import json
from typing import Any

from ..catalog.values import default_of, print_value
from ..model import Known, Plan, Recommendation, Unknown
from ..units import Bytes

__all__ = ["SCHEMA", "as_json", "as_yaml", "document"]

SCHEMA = 1
"""Raised when a key changes its meaning or goes away; new keys may come without."""


def document(plan: Plan) -> dict[str, Any]:
    """Plain dicts, lists and scalars, in a stable order."""
    facts, box, budget = plan.facts, plan.container, plan.budget
    return {
        "schema": SCHEMA,
        "postgres": facts.postgres,
        "profile": plan.profile.name,
        "limits": {
            "memory": int(facts.memory.value),
            "memory_from": facts.memory.where,
            "cpus": _value(facts.cpus),
            "cpus_from": facts.cpus.where if isinstance(facts.cpus, Known) else facts.cpus.why,
        },
        "fits": budget.overcommit == 0,
        "connections": {
            "application": plan.application_connections,
            "reserved": plan.reserved_connections,
        },
        "settings": [_setting(one) for one in plan.settings],
        "container": {
            "shm_size": int(box.shm_size),
            "memswap_limit": int(box.memory),
            "stop_grace_period": int(box.stop_grace_period) // 1000,
            "environment": dict(box.environment),
            "why": dict(box.why),
        },
        "budget": {
            "limit": int(budget.limit),
            "parts": [{"name": part.name, "bytes": int(part.size), "why": part.why} for part in budget.parts],
            "worst_case": int(budget.worst_case),
            "overcommit": int(budget.overcommit),
            "promise": budget.promise,
        },
        "skipped": [{"name": name, "why": why} for name, why in plan.skipped.items()],
        "notes": list(plan.notes),
    }


def _value(known: Known[float] | Unknown) -> float | None:
    return known.value if isinstance(known, Known) else None


def _setting(one: Recommendation) -> dict[str, Any]:
    row: dict[str, Any] = {"name": one.setting.name, "value": print_value(one.value)}
    if isinstance(one.value, Bytes) and one.value >= 0:
        row["bytes"] = int(one.value)
    row["default"] = print_value(default_of(one.setting)) if one.setting.default else None
    row["restart"] = one.setting.restart
    row["fixed"] = one.fixed
    row["why"] = one.why
    row["docs"] = one.setting.docs
    return row


def as_json(plan: Plan) -> str:
    return json.dumps(document(plan), indent=2, ensure_ascii=False) + "\n"


def as_yaml(plan: Plan) -> str:
    import yaml  # noqa: PLC0415  only this format pays for it

    return yaml.safe_dump(document(plan), sort_keys=False, allow_unicode=True, width=100)
