"""How ``edgekit evaluate`` tells what it found: tables of 80 columns, or JSON."""

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from edgekit.evaluation.comparison import ENOUGH_INTERVALS, Measures, Score
from edgekit.evaluation.reading import is_level
from edgekit.evaluation.timestamp import to_words

if TYPE_CHECKING:
    from edgekit.cli.evaluate import Verdict

ALL = "all lines"
METHOD = (
    "95 % limits: the outer ones of the delete-one jackknife of the ratio (Student's t) and of "
    "exact Poisson limits of too many and too few (Garwood, joined by MOVER)"
)
GEH_SHARE = 0.85
GEH_SHORTEST_S = 900
"""In shorter intervals one person more or less decides over a GEH."""

COLUMNS = 80


def as_json(verdict: "Verdict") -> dict[str, object]:
    """Return the verdict for programs."""
    return {
        "hand": str(verdict.hand),
        "ours": str(verdict.ours),
        "profiles": list(verdict.source.profiles),
        "verified": verdict.source.verified,
        "degraded": verdict.source.degraded,
        "within_percent": verdict.within_percent,
        "method": METHOD,
        "metrics": {
            one.metric: {
                "left_out": dict(one.left_out),
                "score": _score(verdict.scores[one.metric]),
                "intervals": [
                    {
                        "start_s": cell.start_ms / 1000,
                        "end_s": cell.end_ms / 1000,
                        "hand": cell.hand,
                        "ours": cell.value,
                        "at_least": cell.low,
                        "at_most": cell.high,
                    }
                    for cell in one.cells
                ],
            }
            for one in verdict.pairs
        },
        "all": _score(verdict.together),
    }


def _score(score: Score | None) -> dict[str, object] | None:
    if score is None:
        return None
    return {
        "intervals": score.intervals,
        "suppressed": score.suppressed,
        "seconds": score.seconds,
        "hand": score.hand,
        "exact": score.exact,
        "as_said": None if score.face is None else asdict(score.face),
        "at_least": asdict(score.low),
        "at_most": asdict(score.high),
        "error_percent_95": None
        if score.interval_percent is None
        else list(score.interval_percent),
        "count_more": score.more,
    }


def as_text(verdict: "Verdict") -> Iterator[str]:
    """Yield the lines of the report."""
    yield from _heads(verdict)
    rows = [(one.metric, verdict.scores[one.metric]) for one in verdict.pairs]
    known = [(metric, score) for metric, score in rows if score is not None]
    if verdict.together is not None:
        known.append((ALL, verdict.together))
    yield ""
    yield f"{'':24}{'n':>4}{'hand':>8}{'ours':>13}{'error %':>14}{'95 % limits':>17}"
    for metric, score in known:
        yield from _totals(metric, score)
    yield ""
    yield f"{'an interval':24}{'MAE':>10}{'bias':>11}{'RMSE':>10}{'GEH':>10}{'GEH < 5 %':>14}"
    for metric, score in known:
        low, high, digits = score.low, score.high, 2 if score.exact else 1
        shares = _percent(low.geh_below_5), _percent(high.geh_below_5)
        yield (
            f"{metric:24.24}{_span(low.mae, high.mae, digits=digits):>10}"
            f"{_span(low.bias, high.bias, digits=digits):>11}"
            f"{_span(low.rmse, high.rmse, digits=digits):>10}"
            f"{_span(low.geh_mean, high.geh_mean, digits=digits):>10}"
            f"{_span(*shares, digits=0):>14}"
        )
    yield from _left_out(verdict)
    yield ""
    for metric, score in known:
        said = f"{metric}: {_meaning(score, verdict.within_percent)}."
        yield from textwrap.wrap(said, COLUMNS, subsequent_indent="  ")
    yield ""
    yield from textwrap.wrap(f"Errors are ours less by hand. {METHOD}.", COLUMNS)


def _heads(verdict: "Verdict") -> Iterator[str]:
    cells = [cell for one in verdict.pairs for cell in one.cells]
    when = "nothing to compare"
    if cells:
        first, last = min(c.start_ms for c in cells), max(c.end_ms for c in cells)
        when = f"{to_words(first)} to {to_words(last)}"
    yield f"by hand  {verdict.hand}"
    yield f"ours     {verdict.ours}{_profile_words(verdict)}"
    yield f"time     {when}"


def _profile_words(verdict: "Verdict") -> str:
    if not verdict.source.profiles:
        return ""
    checked = "signatures hold" if verdict.source.verified else "signatures not checked"
    poor = f"; {verdict.source.degraded} called degraded" if verdict.source.degraded else ""
    return f" (profile {', '.join(verdict.source.profiles)}; {checked}{poor})"


def _totals(metric: str, score: Score) -> Iterator[str]:
    limits = score.interval_percent
    shown = "-" if limits is None else f"{limits[0]:+.1f} to {limits[1]:+.1f}"
    low, high = score.low, score.high
    digits = 1 if is_level(metric) else 0
    yield (
        f"{metric:24.24}{score.intervals:>4}{score.hand:>8.{digits}f}"
        f"{_span(low.ours, high.ours, digits=digits):>13}"
        f"{_span(low.error_percent, high.error_percent, digits=1, sign=True):>14}{shown:>17}"
    )
    if not score.exact and score.face is not None:
        face: Measures = score.face
        yield (
            f"{'  at its word':24}{score.intervals - score.suppressed:>4}{'':>8}"
            f"{face.ours:>13.{digits}f}"
            f"{_span(face.error_percent, face.error_percent, digits=1, sign=True):>14}"
        )


def _left_out(verdict: "Verdict") -> Iterator[str]:
    rows = [
        f"  {one.metric}: {', '.join(f'{n} {reason}' for reason, n in one.left_out.items())}"
        for one in verdict.pairs
        if one.left_out
    ]
    if rows:
        yield from ("", "Left out, and never taken for zero (intervals):", *rows)


def _meaning(score: Score, within_percent: float) -> str:
    limits = score.interval_percent
    if limits is None:
        few = "too few intervals to say how sure the error is"
        return few if score.hand else "nobody was counted by hand: that says nothing of the error"
    words = [f"the error lies between {limits[0]:+.1f} and {limits[1]:+.1f} %"]
    if not score.exact:
        words.append("ours is rounded or suppressed, so every measure is a range")
        if score.suppressed:
            words.append(f"{score.suppressed} suppressed intervals count as all they may be")
    elif score.more:
        words.append(
            f"too few to know it to {within_percent:g} %: count at least {score.more} more"
        )
    elif score.more == 0:
        words.append(f"enough to know it to {within_percent:g} %")
    if score.times < ENOUGH_INTERVALS:
        words.append(f"{score.times} intervals hardly show how much they differ")
    if score.low.geh_below_5 is not None and score.high.geh_below_5 is not None:
        words.append(_geh_words(score.low.geh_below_5, score.high.geh_below_5, score.shortest_s))
    return "; ".join(words)


def _geh_words(low: float, high: float, shortest_s: float) -> str:
    if shortest_s < GEH_SHORTEST_S:
        return (
            f"GEH is meant for an hour: in intervals of {shortest_s:g} s one person weighs "
            f"{3600 / shortest_s:.0f}"
        )
    if low > GEH_SHARE:
        return "GEH is below 5 in more than 85 % of intervals"
    if high <= GEH_SHARE:
        return "GEH is not below 5 in more than 85 % of intervals"
    return "whether GEH is below 5 in more than 85 % of intervals can't be told"


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _span(low: float | None, high: float | None, *, digits: int, sign: bool = False) -> str:
    """Return a number, or a range where its ends differ."""
    if low is None or high is None:
        return "-"
    form = f"{'+' if sign else ''}.{digits}f"
    one, other = format(low, form), format(high, form)
    return one if one == other else f"{one}..{other}"
