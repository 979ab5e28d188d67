"""The build hook that puts all profiles, resolved, into the wheel as one JSON file.

Run by hatchling when a wheel is built; an editable install reads the YAML files in profiles/ themselves.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ProfilesHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling ships no usable types
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "src"))
        from pgfit.profiles import COMPILED, compile_all  # noqa: PLC0415  importable only now

        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
            json.dump(compile_all(root / "profiles"), file, indent=1)
        build_data["force_include"][file.name] = f"pgfit/profile_files/{COMPILED}"
