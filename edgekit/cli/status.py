"""``edgekit status``: how a node is."""

import argparse
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

STALE_S = 5
"""A running node writes its state twice a second."""

_UNITS: Mapping[str, str] = {
    "count": "",
    "people": "",
    "people_per_100_m2": " for each 100 m²",
    "wait_s": " s",
    "illuminance_lux": " lux",
    "level_db": " dB(A)",
    "volume_ml": " ml",
    "leak_l_per_h": " l/h",
    "et_um": " µm",
    "water_um": " µm",
    "us_aqi": " (US AQI)",
    "caqi": " (CAQI)",
    "co2_ppm": " ppm",
    "energy_wh": " Wh",
    "occupied_min": " min",
    "night_s": " s",
    "portions": " portions",
    "alarms": " alarms",
    "events": " events",
    "sensors": " sensors out of order",
}
_NONE_SO_FAR = "none yet"


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "status",
        help="show how a node is",
        description="Show how a node is. Exit code 0 where it runs, 1 where it does not.",
    )
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the node's state; exit 1 when it does not run."""
    from edgekit.config import Settings  # noqa: PLC0415 -- only what the verb needs
    from edgekit.node.status import read_node  # noqa: PLC0415 -- only what the verb needs

    state = read_node(Settings.load(options.settings).storage.directory)
    if options.json:
        print(json.dumps(state, sort_keys=True))
    else:
        print("\n".join(f"{name:<12} {text}" for name, text in rows(state, int(time.time()))))
    return 0 if state["running"] else 1


def rows(state: Mapping[str, Any], now_s: int) -> list[tuple[str, str]]:
    """Return what there is to say, a name and a text a row."""
    processes, running = state["processes"], bool(state["running"])
    told = [("node", _node(state, now_s))]
    sees = bool(state.get("sees", True))
    roles = [role for role in _ROLES if _is_part(role, processes, sees=sees)]
    told += [(role, _process(processes.get(role, {}))) for role in roles if running]
    if "site" not in state:
        return told
    told.append(("site", f"{state['site']}, profile {state['profile']}"))
    if running:
        told += [
            *([("camera", _camera(state))] if sees else []),
            ("seal", _SEALS.get(state["seal"], state["seal"])),
            ("clock", _CLOCKS.get(state["clock"], state["clock"])),
        ]
    told += [(name, text) for name, text in sorted(state.get("decisions", {}).items())]
    waiting = state["records"] - state["delivered"]
    held = f"{waiting} wait to be handed over" if waiting else "all handed over"
    told.append(("records", f"{state['records']} signed, {held}"))
    return told + _windows(state["last_window"])


def _node(state: Mapping[str, Any], now_s: int) -> str:
    t_s = state.get("t_s")
    if not state["running"]:
        return "not running" if t_s is None else f"not running since {_time(t_s)}"
    if t_s is None:
        return "starting"
    age_s = now_s - t_s
    return "running" if age_s <= STALE_S else f"running, but it has said nothing for {age_s} s"


def _process(child: Mapping[str, Any]) -> str:
    times = child.get("restarts", 0)
    again = "" if not times else f", restarted {'once' if times == 1 else f'{times} times'}"
    return (f"running (process {child['pid']})" if child.get("pid") else "not running") + again


def _is_part(role: str, processes: Mapping[str, Any], *, sees: bool) -> bool:
    return sees if role == "eye" else role not in _OFTEN_ABSENT or role in processes


def _camera(state: Mapping[str, Any]) -> str:
    if state["shut_because"]:
        return f"shut: {state['shut_because']}"
    view = _VIEWS.get(state["view"], state["view"].replace("_", " "))
    lease = state["lease"]
    return f"{view}; may see for another {lease}" if lease != "none" else f"{view}; not seeing"


def _windows(windows: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    if not windows:
        return [("last window", _NONE_SO_FAR)]
    newest_s = max(window["window_start_s"] for window in windows.values())
    told = [("last window", f"from {_time(newest_s)}")]
    return told + [
        ("", f"{metric}: {_value(windows[metric])}{_expected(windows[metric])}")
        for metric in sorted(windows)
    ]


def _value(window: Mapping[str, Any]) -> str:
    watched = f"watched {window['uptime_percent']} % of the time"
    reason = str(window.get("reason") or "").replace("_", " ")
    why = f", {reason}" if reason else ""
    quality = _QUALITIES.get(str(window.get("quality")), "")
    for unit, word in _UNITS.items():
        if (value := window.get(unit)) is not None:
            held = f" of {window['capacity']}" if "capacity" in window else ""
            return f"{value}{held}{word} ({watched}{why}{quality})"
    if window["status"] == "suppressed":
        return "too few to be told apart, withheld"
    return f"no number ({watched}{why})"


def _expected(window: Mapping[str, Any]) -> str:
    found = window.get("expected")
    if found is None:
        return ""
    hour = datetime.fromtimestamp(found["hour_start_s"], UTC).strftime("%H:%M")
    return f"; expected from {hour} UTC on: {found['count']} ({found['low']} to {found['high']})"


def _time(t_s: int) -> str:
    return datetime.fromtimestamp(t_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


_QUALITIES: Mapping[str, str] = {"degraded": ", only roughly"}
_ROLES = ("eye", "clerk", "herald", "steward", "page")
_OFTEN_ABSENT = ("steward", "page")
_SEALS: Mapping[str, str] = {
    "none": "none: the camera's process is not confined",
    "partial": "partial: no network, no programs, no files to write for the camera's process",
    "sealed": "sealed",
}
_CLOCKS: Mapping[str, str] = {
    "none": "wrong: it stands before the last record or before this software was made",
    "free": "running freely, set by nobody",
    "synced": "set by a time server",
}
_VIEWS: Mapping[str, str] = {
    "good": "sees well",
    "started": "starting",
    "stopped": "stopped",
    "eye_restarted": "starting again",
    "source_lost": "lost; it is tried again",
    "stalled": "gives no pictures",
    "view_covered": "covered",
    "view_moved": "moved: it looks elsewhere than before",
    "view_blind": "blinded: too dark, too bright or out of focus",
}
