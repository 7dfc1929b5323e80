"""Models of landmarks that were declared where they are used: a form and a hash beside the file.

    declare(folder, "pfld", file, declaration)     # edgekit models add pfld FILE --form FORM.toml
    catalog_of(folder)["pfld"].form

What is declared is held to its hash like any other, gives points and nothing else, and is used only
where the site's authorisation names that hash.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edgekit.errors import ModelError
from edgekit.models.catalog import LANDMARKS, Catalog, ModelEntry, load_catalog
from edgekit.models.form import form_lines, read_form
from edgekit.models.store import ModelStore, replace_file

MOST_BYTES = 200_000_000
MOST_TEXT = 20_000
MOST_LETTERS = 1_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def catalog_of(folder: Path) -> Catalog:
    """Return edgekit's catalogue, and behind it what was declared in a folder of models.

    Raises:
        ModelError: a declaration there cannot be read, or is of another kind of model.
    """
    shipped = load_catalog()
    own = [_declared(path) for path in sorted(folder.glob("*.toml"))] if folder.is_dir() else []
    return Catalog((*shipped.values(), *own))


def declare(folder: Path, name: str, file: Path, declaration: Path) -> Path:
    """Take in a model with its declaration: licence, source and ``[form]``; return its path.

    Raises:
        ModelError: the name is one of edgekit's own or none, or a file cannot be read or written.
    """
    if not _NAME.fullmatch(name) or name in set(load_catalog()):
        raise ModelError(
            f"model {name!r}: expected a name of its own, of a-z, 0-9 and _",
            hint="what edgekit knows is added without --form",
        )
    entry = _entry(name, _bytes(file, MOST_BYTES), _table(declaration))
    path = ModelStore(folder, Catalog((entry,))).add(name, file)
    try:
        replace_file(folder / f"{name}.toml", _text_of(entry).encode())
    except OSError as error:
        raise ModelError(f"{folder} cannot be written: {error.strerror}") from error
    return path


def _entry(name: str, data: bytes, told: Mapping[str, Any]) -> ModelEntry:
    wanted = {"licence", "source", "form"}
    if set(told) != wanted or not isinstance(told["form"], dict):
        raise ModelError(
            f"a declaration of {sorted(told)}: expected licence, source and a table [form]"
        )
    form = read_form(told["form"])
    return ModelEntry(
        name=name,
        decoder=LANDMARKS,
        source=_plain("source", told["source"]),
        fetch="",
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        licence=_plain("licence", told["licence"]),
        input=f"{form.colour.upper()}, {form.width} x {form.height}, as declared",
        outputs=("points",),
        meaning=f"{form.points} points of one face, of which thirteen are read",
        classes=("landmarks",),
        form=form,
    )


def _plain(name: str, value: object) -> str:
    """Return a text that reads back from TOML as it is."""
    if not isinstance(value, str) or not (value.isascii() and value.isprintable()):
        raise ModelError(f"{name} {value!r}: expected a text of plain letters")
    if len(value) > MOST_LETTERS:
        raise ModelError(f"{name}: expected up to {MOST_LETTERS} letters")
    return value


def _text_of(entry: ModelEntry) -> str:
    keys = ("name", "decoder", "source", "fetch", "sha256", "licence", "input", "meaning")
    rows = [f"{key} = {json.dumps(getattr(entry, key))}" for key in keys]
    rows += [
        f"{key} = {json.dumps(getattr(entry, key))}" for key in ("bytes", "outputs", "classes")
    ]
    form = () if entry.form is None else form_lines(entry.form)
    return "\n".join(["[[model]]", *rows, "", "[model.form]", *form, ""])


def _declared(path: Path) -> ModelEntry:
    try:
        catalog = load_catalog(_bytes(path, MOST_TEXT).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ModelError(f"{path}: not UTF-8") from error
    if list(catalog) != [path.stem] or catalog[path.stem].decoder != LANDMARKS:
        raise ModelError(
            f"{path}: expected the declaration of one model of landmarks named {path.stem!r}",
            hint="remove it, and add the model again with --form",
        )
    return catalog[path.stem]


def _table(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_bytes(path, MOST_TEXT).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is not TOML: {error}") from error


def _bytes(path: Path, most: int) -> bytes:
    if path.exists() and not path.is_file():
        raise ModelError(f"{path}: expected a plain file")
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise ModelError(f"file {path} cannot be read: {error.strerror}") from error
    if not 0 < len(data) <= most:
        raise ModelError(f"file {path}: expected 1 to {most} bytes")
    return data
