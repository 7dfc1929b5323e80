"""``edgekit evaluate``: how right a count is, measured against a hand count."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.cli.moment import zone_of
from edgekit.cli.reading import read_bytes
from edgekit.errors import ConfigError

if TYPE_CHECKING:
    from edgekit.evaluation.comparison import Score
    from edgekit.evaluation.diary import Diary, Span
    from edgekit.evaluation.pairing import Pairs
    from edgekit.evaluation.reading import Reading

RECORDS = "records*.jsonl"
MAX_LINE_BYTES = (1 << 20) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What is judged: readings, the profiles of records, and whether signatures were checked.

    ``degraded`` is how many readings the node itself did not call good.
    """

    readings: "tuple[Reading, ...]"
    profiles: tuple[str, ...]
    verified: bool
    degraded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of it: pairs and their scores, and the score of all lines together."""

    hand: Path
    ours: Path
    source: Ours
    within_percent: float
    pairs: "tuple[Pairs, ...]"
    scores: "Mapping[str, Score | None]"
    together: "Score | None"


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure how right a count is against a hand count",
        description="Compare a count with a hand count, interval by interval: error, MAE, GEH and "
        "95 % limits for each line and direction. What one of them did not see is left out and "
        "told, never taken for zero.",
    )
    parser.add_argument(
        "ours",
        type=Path,
        metavar="OURS",
        help="records.jsonl or its folder, lines of `edgekit count --json --every`, or a CSV",
    )
    parser.add_argument(
        "--hand",
        type=Path,
        required=True,
        metavar="FILE.csv",
        help="the hand count: of `edgekit tally`, or start,end,line,direction,count",
    )
    parser.add_argument("--from", dest="since", metavar="TIME", help="when the hand count began")
    parser.add_argument("--to", dest="until", metavar="TIME", help="when it ended")
    parser.add_argument(
        "--timezone", metavar="NAME", help="of times without an offset, such as Europe/Berlin"
    )
    parser.add_argument(
        "--min-uptime",
        type=int,
        default=90,
        metavar="PERCENT",
        help="leave out intervals of ours that were seen for less (90)",
    )
    parser.add_argument(
        "--within",
        type=float,
        default=5.0,
        metavar="PERCENT",
        help="how surely the error is wanted: to so many per cent to each side (5)",
    )
    parser.add_argument(
        "--key", type=Path, metavar="PUBLIC.pem", help="check the signatures of the records"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw both over time")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare and print."""
    from edgekit.cli.verdict import as_json, as_text  # noqa: PLC0415 -- help stays quick

    _require_numbers(args)
    zone = None if args.timezone is None else zone_of(args.timezone)
    source = _ours(args.ours, args, zone)
    pairs = _pairs(args, source.readings, zone)
    verdict = _judge(args, source, pairs)
    if args.plot is not None:
        from edgekit.node.handcount.chart import draw_chart  # noqa: PLC0415 -- only where a picture is asked for

        draw_chart(pairs, args.plot)
    print(json.dumps(as_json(verdict)) if args.json else "\n".join(as_text(verdict)))
    return 0


def _judge(args: argparse.Namespace, source: Ours, pairs: "tuple[Pairs, ...]") -> Verdict:
    from edgekit.evaluation.comparison import evaluate  # noqa: PLC0415 -- help stays quick
    from edgekit.evaluation.pairing import together  # noqa: PLC0415 -- likewise
    from edgekit.evaluation.reading import is_level  # noqa: PLC0415 -- likewise

    scores = {
        one.metric: evaluate(one.cells, within_percent=args.within, level=is_level(one.metric))
        for one in pairs
    }
    lines = [one for one in pairs if not is_level(one.metric)]
    return Verdict(
        hand=args.hand,
        ours=args.ours,
        source=source,
        within_percent=args.within,
        pairs=pairs,
        scores=scores,
        together=evaluate(together(lines), within_percent=args.within) if lines[1:] else None,
    )


def _pairs(
    args: argparse.Namespace, ours: "tuple[Reading, ...]", zone: tzinfo | None
) -> "tuple[Pairs, ...]":
    from edgekit.evaluation.pairing import pair  # noqa: PLC0415 -- help stays quick
    from edgekit.evaluation.reading import by_metric  # noqa: PLC0415 -- likewise

    known = by_metric(ours, str(args.ours))
    data, watched = read_bytes(args.hand), _watched(args, zone)
    try:
        hand = _hand(data, ours, watched, zone)
        pairs = pair(by_metric(hand, "the hand count"), known)
    except ConfigError as error:
        raise ConfigError(f"{args.hand}: {error}", hint=error.hint) from error
    if not any(one.cells for one in pairs):
        reasons = sorted({reason for one in pairs for reason in one.left_out})
        raise ConfigError(
            f"no interval of {args.hand} can be compared: {', '.join(reasons)}",
            hint="count by hand over whole intervals of ours, while it sees well",
        )
    return pairs


def _hand(
    data: bytes, ours: "tuple[Reading, ...]", watched: "Span | None", zone: tzinfo | None
) -> "tuple[Reading, ...]":
    from edgekit.evaluation.handcount import read_counts  # noqa: PLC0415 -- help stays quick

    sheet = read_counts(data, zone=zone)
    if sheet.diary is not None:
        return tuple(_binned(sheet.diary, ours, watched))
    if watched is not None:
        raise ConfigError(
            "--from and --to with a hand count that has the times of its intervals",
            hint="leave them out",
        )
    return sheet.readings


def _binned(
    diary: "Diary", ours: "tuple[Reading, ...]", watched: "Span | None"
) -> "Iterator[Reading]":
    """Yield the hand count in the intervals of ours."""
    spans = sorted({(one.start_ms, one.end_ms) for one in ours})
    for metric in diary.metrics():
        yield from diary.binned(metric, spans, watched)


def _watched(args: argparse.Namespace, zone: tzinfo | None) -> "Span | None":
    from edgekit.evaluation.timestamp import to_ms  # noqa: PLC0415 -- help stays quick

    if args.since is None and args.until is None:
        return None
    if args.since is None or args.until is None:
        raise ConfigError("--from and --to belong together", hint="give both")
    since_ms, until_ms = (to_ms(text, zone=zone) for text in (args.since, args.until))
    if until_ms <= since_ms:
        raise ConfigError(f"--to {args.until} is not after --from {args.since}")
    return since_ms, until_ms


def _ours(path: Path, args: argparse.Namespace, zone: tzinfo | None) -> Ours:
    from edgekit.evaluation.counted import read_intervals, read_records  # noqa: PLC0415 -- help stays quick
    from edgekit.evaluation.handcount import read_counts  # noqa: PLC0415 -- likewise

    data = b"".join(read_bytes(file) for file in _files(path))
    begun = data.lstrip()[:1]
    if begun == b"{" and b'"payloadType"' in data[:MAX_LINE_BYTES]:
        lines = [line for line in data.splitlines() if line]
        verified = args.key is not None
        if verified:
            _verify(data, args.key)
        found = read_records(lines, min_uptime_percent=args.min_uptime)
        profiles = tuple(profile.value for profile in found.profiles)
        return Ours(
            readings=found.readings,
            profiles=profiles,
            verified=verified,
            degraded=found.degraded,
        )
    if args.key is not None:
        raise ConfigError(f"--key: {path} holds no signed records", hint="leave --key out")
    try:
        if begun == b"{":
            readings = read_intervals(data.splitlines(), min_uptime_percent=args.min_uptime)
        else:
            readings = read_counts(data, zone=zone, min_uptime_percent=args.min_uptime).readings
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}", hint=error.hint) from error
    if not readings:
        raise ConfigError(
            f"{path} holds no counts by intervals",
            hint="give records.jsonl, lines of edgekit count --json --every 300, or a CSV with "
            "start and end",
        )
    return Ours(readings=readings, profiles=(), verified=False)


def _verify(data: bytes, key: Path) -> None:
    """Raise VerificationError where a record does not verify."""
    from edgekit.ledger.lines import verify_lines  # noqa: PLC0415 -- only where a key is given
    from edgekit.signers.file import load_public  # noqa: PLC0415 -- likewise

    verify_lines(data.splitlines(keepends=True), [load_public(key)])


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob(RECORDS), key=lambda file: (file.name == "records.jsonl", file.name))
    if not files:
        raise ConfigError(
            f"{path} holds no records.jsonl", hint="give the folder that the outlet writes"
        )
    return files


def _require_numbers(args: argparse.Namespace) -> None:
    if not 0 <= args.min_uptime <= 100:  # noqa: PLR2004 -- per cent
        raise ConfigError(f"--min-uptime {args.min_uptime}: expected 0 to 100")
    if not 0 < args.within <= 100:  # noqa: PLR2004 -- per cent
        raise ConfigError(f"--within {args.within:g}: expected more than 0, up to 100")
