"""The command line: a table of verbs; only the chosen one is imported.

Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 failed, 2 usage, 3 not verified.
"""

import argparse
import difflib
import io
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import NoReturn

from edgekit import __version__
from edgekit.errors import ConfigError, EdgekitError, VerificationError

VERBS: Mapping[str, str] = {
    "audit": "attack a site's walls now, and say what held",
    "authorise": "sign a site's authorisation with the organisation's key",
    "bridge": "list, ask, watch and flash microcontrollers",
    "calibrate": "tell metres from pixels by four points of the ground",
    "check": "say in plain words what a site senses and what leaves",
    "consent": "give, list and withdraw consent of enrolled people",
    "count": "count people over lines and in zones of a video",
    "demo": "run a whole node on a rendered plaza, a video or a camera",
    "evaluate": "measure how right a count is against a hand count",
    "init": "write keys, site.toml and an authorisation draft",
    "install-service": "write a hardened systemd unit for a site",
    "key": "show, change, revoke, back up and register keys",
    "lamp": "run the lamp of a site until it is stopped",
    "ledger": "publish, check, copy and trim a log; prove a record of it",
    "logs": "show what a node has done",
    "models": "list, get, add and verify model files",
    "notice": "write the sign and the notice of a site",
    "pause": "pause the camera of a running node",
    "redact": "cover people in an image, a folder or a video",
    "resume": "end the organisation's pause of a node",
    "retention": "erase the numbers whose time is over, and prove it",
    "run": "run a node until it is stopped",
    "status": "show how a node is",
    "systems": "list and explain the city's systems, run them on recorded data or on a board",
    "tally": "count by hand with keys; nothing is stored but the tally",
    "verify": "check signatures, order and log of records",
    "withdraw": "end an authorisation for ever",
    "witness": "watch logs of others and co-sign them",
}

EXIT_CODES: tuple[tuple[type[EdgekitError], int], ...] = (
    (VerificationError, 3),
    (ConfigError, 2),
    (EdgekitError, 1),
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in the words of every other error, and what might have been meant."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2."""
        wrong = message.partition("invalid choice: '")[2].partition("'")[0]
        near = difflib.get_close_matches(wrong, VERBS, n=1)
        if near:
            message = f"there is no verb {wrong!r}"
        hint = f"did you mean: edgekit {near[0]}" if near else f"see: {self.prog} --help"
        _complain(message, hint)
        sys.exit(2)


def build_parser(verb: str | None) -> argparse.ArgumentParser:
    """Return the parser; only ``verb``'s own module is imported for its arguments."""
    parser = Parser(prog="edgekit", description="A camera that can count but cannot tell.")
    parser.add_argument("--version", action="version", version=f"edgekit {__version__}")
    parser.add_argument("--verbose", action="store_true", help="show the traceback of an error")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, text in VERBS.items():
        if name == verb:
            import_module(f"edgekit.cli.{name.replace('-', '_')}").add(verbs)
        else:
            verbs.add_parser(name, help=text)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a locale that lacks a letter loses no word
            stream.reconfigure(errors="backslashreplace")
    try:
        return _run(words)
    except KeyboardInterrupt:
        print("edgekit: stopped", file=sys.stderr)
        return 130
    except OSError as error:
        return _failed(error, verbose="--verbose" in words)


def _run(words: list[str]) -> int:
    verb = next((word for word in words if word in VERBS), None)
    options = build_parser(verb).parse_args(words)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except EdgekitError as error:
        if options.verbose:
            raise
        _complain(str(error), error.hint)
        return next(code for kind, code in EXIT_CODES if isinstance(error, kind))
    return code


def _failed(error: OSError, *, verbose: bool) -> int:
    """Name what the system refused; nothing, where the reader of our output has left (`| head`)."""
    if verbose:
        raise error
    if not isinstance(error, BrokenPipeError):
        _complain(
            f"{error.filename or 'the output'}: {error.strerror}", "more: edgekit --verbose …"
        )
    # What is still buffered must not fail once more at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _complain(message: str, hint: str | None) -> None:
    print(f"edgekit: error: {message}", file=sys.stderr)
    if hint:
        print(f"edgekit: hint: {hint}", file=sys.stderr)
