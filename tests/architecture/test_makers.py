"""Who constructs what may leave. By name, so it stops mistakes, not malice."""

import ast
from collections.abc import Iterator, Mapping

import pytest

HOME = {
    "Aggregate": "edgekit.records",
    "Event": "edgekit.records",
    "SignedRecord": "edgekit.records",
    "RedactedImage": "edgekit.frames",
}

MAKERS = {
    "Aggregate": {"privacy/gate.py": "the gate is where inside becomes released"},
    "Event": {"privacy/gate.py": "the same"},
    "SignedRecord": {
        "signing/record.py": "signs what the gate released",
        "signing/scribe.py": "the same, window after window",
        "ledger/reader.py": "reads back what was signed",
        "node/handing/mail.py": "hands the herald what was signed, byte for byte",
    },
    "RedactedImage": {"redaction/": "covers pictures"},
}


def made(tree: ast.Module, name: str) -> Iterator[int]:
    """Yield the lines that call this class, under whatever name it was imported."""
    names = local_names(tree, name)
    ends = {one.rpartition(".")[2] for one in names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            end = getattr(node.func, "attr", getattr(node.func, "id", None))
            if end in ends and ast.unparse(node.func) in names:
                yield node.lineno


def local_names(tree: ast.Module, name: str) -> set[str]:
    """Return every dotted name by which this module can call the class."""
    package, _, leaf = HOME[name].rpartition(".")
    names = {f"{HOME[name]}.{name}"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == HOME[name]:
            names |= {alias.asname or name for alias in node.names if alias.name == name}
        elif isinstance(node, ast.ImportFrom) and node.module == package:
            names |= {f"{a.asname or leaf}.{name}" for a in node.names if a.name == leaf}
        elif isinstance(node, ast.Import):
            names |= {f"{a.asname}.{name}" for a in node.names if a.name == HOME[name]}
        elif isinstance(node, ast.ClassDef) and node.name == name:
            names.add(name)
    return names


@pytest.mark.parametrize("name", MAKERS)
def test_only_its_makers_construct_it(trees: Mapping[str, ast.Module], name: str) -> None:
    strangers = [
        f"{path}:{line} constructs {name}"
        for path, tree in trees.items()
        if not path.startswith(tuple(MAKERS[name]))
        for line in made(tree, name)
    ]

    assert not strangers


@pytest.mark.parametrize("name", MAKERS)
def test_its_makers_do_construct_it(trees: Mapping[str, ast.Module], name: str) -> None:
    for maker in MAKERS[name]:
        lines = [
            line
            for path, tree in trees.items()
            if path.startswith(maker)
            for line in made(tree, name)
        ]
        assert lines, f"{maker} no longer constructs {name}: take it off the table"


@pytest.mark.parametrize(
    "breach",
    [
        "from edgekit.records import Event\nEvent()",
        "from edgekit.records import Event as Happening\nHappening()",
        "import edgekit.records\nedgekit.records.Event()",
        "import edgekit.records as r\nr.Event()",
        "from edgekit import records\nrecords.Event()",
        "def late():\n    from edgekit.records import Event\n    return Event()",
    ],
)
def test_planted_construction_is_found(breach: str) -> None:
    assert list(made(ast.parse(breach), "Event"))


def test_an_event_of_another_library_is_not_ours() -> None:
    assert not list(made(ast.parse("import threading\nthreading.Event()"), "Event"))
