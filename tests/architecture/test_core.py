"""What import contracts can't show: dice, files and talk in the core; mutable globals anywhere."""

import ast
from collections.abc import Iterator, Mapping

import pytest

CORE = (
    "errors.py",
    "records.py",
    "vocabulary.py",
    "frames.py",
    "geometry/",
    "signing/",
    "wire/",
    "consent/",
    "perception/",
    "redaction/",
    "control/",
    "privacy/",
    "ledger/",
    "systems/",
    "evaluation/",
)
SHELL_OF_THE_LEDGER = ("ledger/database.py", "ledger/reader.py", "ledger/store.py")
WORDS = (
    *("open()", "print()", "input()", "breakpoint()"),
    *("exec()", "eval()", "compile()", "__import__()"),
)
OUTSIDE = (
    *("np.random", "numpy.random", "cv2.setRNGSeed", "cv2.randu", "cv2.randn", "cv2.randShuffle"),
    *("cv2.imread", "cv2.imwrite", "cv2.VideoCapture", "cv2.VideoWriter", "cv2.imshow"),
    *("np.load", "np.save", "np.savez", "np.fromfile", "np.memmap", "cv2.FileStorage"),
)
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MAKES_MUTABLE = (
    *("list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict"),
    *("Lock", "RLock", "Event", "Condition", "Queue", "SimpleQueue", "local", "Thread"),
)
# Table and Schema are Mappings of consent/form.py.
READ_ONLY = ("Mapping", "Sequence", "Set", "Table", "Schema", "Final[Mapping", "Final[Sequence")


def impure(tree: ast.Module) -> Iterator[str]:
    """Yield what throws dice, opens files or talks."""
    for node in ast.walk(tree):
        for name in names_in(node):
            if name in WORDS or name in OUTSIDE or name.startswith("numpy.random."):
                yield f"{getattr(node, 'lineno', 0)}: {name}"


def names_in(node: ast.AST) -> list[str]:
    """Return what this node calls or imports, by its dotted name."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return [f"{name}()"]
        case ast.Attribute():
            return [ast.unparse(node)]
        case ast.ImportFrom(module=str(module)):
            return [f"{module}.{alias.name}" for alias in node.names]
        case ast.Import():
            return [alias.name for alias in node.names]
    return []


def mutable_globals(tree: ast.Module) -> Iterator[str]:
    """Yield containers at module level that a type checker would let anybody change."""
    for node in tree.body:
        match node:
            case ast.AnnAssign(target=target, annotation=kind, value=ast.expr() as value):
                read_only = ast.unparse(kind).startswith(READ_ONLY)
            case ast.Assign(targets=[target, *_], value=value):
                read_only = ast.unparse(target) == "__all__"
            case _:
                continue
        if is_mutable(value) and not read_only:
            yield f"{node.lineno}: {ast.unparse(target)}"
    for inner in ast.walk(tree):
        if isinstance(inner, ast.Global):
            yield f"{inner.lineno}: global {', '.join(inner.names)}"


def is_mutable(value: ast.expr) -> bool:
    """Whether this expression makes a new container, lock, queue or thread."""
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in MAKES_MUTABLE
    return isinstance(value, MUTABLE)


def test_the_core_throws_no_dice_opens_no_file_and_does_not_talk(
    trees: Mapping[str, ast.Module],
) -> None:
    found = [
        f"{path}:{what}"
        for path, tree in trees.items()
        if path.startswith(CORE) and path not in SHELL_OF_THE_LEDGER
        for what in impure(tree)
    ]

    assert not found


def test_no_module_holds_something_mutable(trees: Mapping[str, ast.Module]) -> None:
    found = [f"{path}:{what}" for path, tree in trees.items() for what in mutable_globals(tree)]

    assert not found, "make it a tuple or a frozenset, or annotate it as a Mapping"


def test_every_room_of_the_core_exists(trees: Mapping[str, ast.Module]) -> None:
    for room in CORE + SHELL_OF_THE_LEDGER:
        assert any(path.startswith(room) for path in trees), room


@pytest.mark.parametrize(
    "breach",
    [
        "open('x')",
        "print('x')",
        "import numpy as np\nnp.random.default_rng()",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import numpy.random",
    ],
)
def test_planted_impurity_is_found(breach: str) -> None:
    assert list(impure(ast.parse(breach)))


@pytest.mark.parametrize(
    "breach",
    [
        "seen = []",
        "SEEN: dict[str, int] = {}",
        "import threading\nLOCK = threading.Lock()",
        "CACHE = dict()",
        "def f():\n    global state\n    state = 1",
    ],
)
def test_planted_mutable_is_found(breach: str) -> None:
    assert list(mutable_globals(ast.parse(breach)))


@pytest.mark.parametrize(
    "table", ["T = (1, 2)", "T = frozenset({1})", "T: Mapping[str, int] = {}", "__all__ = ['a']"]
)
def test_a_constant_table_is_fine(table: str) -> None:
    assert not list(mutable_globals(ast.parse(table)))
