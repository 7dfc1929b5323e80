"""``edgekit models list|add|verify``: which model files there are, and whether they are right."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import ModelError

if TYPE_CHECKING:
    from edgekit.models.catalog import ModelEntry
    from edgekit.models.store import ModelStore


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser("models", help="list, add and verify model files")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="show the models that edgekit accepts")
    adding = actions.add_parser("add", help="check a model file and take it in")
    adding.add_argument("name", help="the model's name in the catalogue")
    adding.add_argument("file", type=Path, help="the file, from where its authors publish it")
    verifying = actions.add_parser("verify", help="check the files of installed models")
    verifying.add_argument("names", nargs="*", metavar="name", help="default: all installed ones")
    for action in (listing, adding, verifying):
        action.add_argument("--folder", type=Path, help="where the models lie")
        action.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run it: 0 done, 1 a model is missing, altered or refused."""
    from edgekit.models.catalog import load_catalog  # noqa: PLC0415 -- help stays quick
    from edgekit.models.store import ModelStore, default_folder  # noqa: PLC0415 -- likewise

    store = ModelStore(args.folder or default_folder(), load_catalog())
    if args.action == "add":
        path = store.add(args.name, args.file)
        print(json.dumps({"name": args.name, "path": str(path)}) if args.json else path)
        return 0
    return _verify(store, args) if args.action == "verify" else _list(store, args)


def _list(store: "ModelStore", args: argparse.Namespace) -> int:
    installed = store.installed()
    for name, entry in store.catalog.items():
        print(_row(entry, installed=name in installed, as_json=args.json))
    return 0


def _row(entry: "ModelEntry", *, installed: bool, as_json: bool) -> str:
    if as_json:
        return json.dumps(
            {
                "name": entry.name,
                "installed": installed,
                "readable": bool(entry.decoder),
                "licence": entry.licence,
                "bytes": entry.bytes,
                "sha256": entry.sha256,
                "outputs": list(entry.outputs),
                "classes": list(entry.classes),
                "source": entry.source,
            }
        )
    state = "installed" if installed else "-" if entry.decoder else "no decoder yet"
    finds = ", ".join(entry.classes)
    return f"{entry.name:18} {state:14} {entry.licence:11} {entry.bytes:>10}  {finds}"


def _verify(store: "ModelStore", args: argparse.Namespace) -> int:
    names = args.names or store.installed()
    if not names:
        raise ModelError(
            "no model is installed, so none can be verified",
            hint="edgekit models add NAME FILE; edgekit models list shows the names",
        )
    failed = 0
    for name in names:
        try:
            path = store.path(name)
        except ModelError as error:
            failed = 1
            print(f"edgekit: error: {error}", file=sys.stderr)
            continue
        print(json.dumps({"name": name, "path": str(path)}) if args.json else f"{name} good")
    return failed
