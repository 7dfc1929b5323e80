"""``edgekit status``: how a node is."""

import argparse
import json
from pathlib import Path
from typing import Any


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser("status", help="show how a node is")
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the node's state; exit 1 when it does not run."""
    from edgekit.config import Settings  # noqa: PLC0415 -- only what the verb needs
    from edgekit.node.status import read_node  # noqa: PLC0415 -- only what the verb needs

    state = read_node(Settings.load(options.settings).storage.directory)
    print(json.dumps(state, sort_keys=True) if options.json else _in_words(state))
    return 0 if state["running"] else 1


def _in_words(state: dict[str, Any]) -> str:
    processes = state["processes"]
    lines = [f"node        {'running' if state['running'] else 'not running'}"]
    for role in ("eye", "clerk", "herald"):
        child = processes.get(role, {})
        life = f"pid {child['pid']}" if child.get("pid") and state["running"] else "not running"
        lines.append(f"{role:<11} {life}, restarted {child.get('restarts', 0)} times")
    lines += [f"{name:<11} {state[key]}" for name, key in _LINES if key in state]
    return "\n".join(lines)


_LINES = (
    ("site", "site"),
    ("profile", "profile"),
    ("seal", "seal"),
    ("lease", "lease"),
    ("clock", "clock"),
    ("view", "view"),
    ("records", "records"),
    ("delivered", "delivered"),
    ("last window", "last_window"),
    ("why no eye", "closed_because"),
)
