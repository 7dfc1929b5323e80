"""``edgekit models list|get|add|verify``: which models there are, and whether they are right."""

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
    parser = subparsers.add_parser(
        "models",
        help="list, get, add and verify model files",
        description="Models that find people, faces or number plates, each known by its every "
        "byte. None can tell who somebody is.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="show the models that edgekit accepts")
    getting = actions.add_parser("get", help="fetch a model from where its authors publish it")
    getting.add_argument("names", nargs="+", metavar="name", help="as the list has it")
    adding = actions.add_parser("add", help="check a model file and take it in")
    adding.add_argument("name", help="the model's name in the catalogue")
    adding.add_argument("file", type=Path, help="the file, from where its authors publish it")
    adding.add_argument(
        "--form",
        type=Path,
        metavar="FORM.toml",
        help="of a model of landmarks that is in no catalogue: its licence, source and [form]",
    )
    verifying = actions.add_parser("verify", help="check the files of installed models")
    verifying.add_argument("names", nargs="*", metavar="name", help="default: all installed ones")
    for action in (listing, getting, adding, verifying):
        action.add_argument("--folder", type=Path, help="where the models lie")
        action.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run it: 0 done, 1 a model is missing, altered or refused."""
    from edgekit.models.declared import catalog_of  # noqa: PLC0415 -- help stays quick
    from edgekit.models.store import ModelStore, default_folder  # noqa: PLC0415 -- likewise

    args.folder = args.folder or default_folder()
    store = ModelStore(args.folder, catalog_of(args.folder))
    actions = {"list": _list, "get": _get, "add": _add, "verify": _verify}
    return actions[args.action](store, args)


def _add(store: "ModelStore", args: argparse.Namespace) -> int:
    if args.form is not None:
        return _declare(args)
    _say(args.name, store.add(args.name, args.file), as_json=args.json)
    return 0


def _declare(args: argparse.Namespace) -> int:
    from edgekit.models.declared import catalog_of, declare  # noqa: PLC0415 -- help stays quick

    path = declare(args.folder, args.name, args.file, args.form)
    digest = catalog_of(args.folder)[args.name].sha256
    print(f"sha256:{digest} has to be in the site's model_digests to be used", file=sys.stderr)
    _say(args.name, path, as_json=args.json)
    return 0


def _get(store: "ModelStore", args: argparse.Namespace) -> int:
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; help stays quick

    for name in args.names:
        with tqdm(
            disable=not sys.stderr.isatty(), desc=name, unit="B", unit_scale=True, leave=False
        ) as bar:

            def progress(done: int, total: int, bar: tqdm = bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            path = store.get(name, progress)
        _say(name, path, as_json=args.json)
    return 0


def _say(name: str, path: Path, *, as_json: bool) -> None:
    print(json.dumps({"name": name, "path": str(path)}) if as_json else path)


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
                "fetched": bool(entry.fetch),
                "input": entry.input,
                "meaning": entry.meaning,
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
