"""``edgekit authorise DRAFT.json --key ORG.key.pem``: the organisation allows a site."""

import argparse
import os
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from edgekit.cli.writing import write_whole
from edgekit.config import Settings
from edgekit.consent.authorisation import (
    decisions_of,
    read_authorisation,
    read_draft,
    sensors_of,
    sign_authorisation,
)
from edgekit.consent.decided import DECIDING, LocalDecision
from edgekit.consent.metric import Metric, metrics_of
from edgekit.consent.notice import Notice
from edgekit.consent.objection import WITHDRAWAL
from edgekit.consent.outputs import may_leave
from edgekit.consent.site import SiteAuthorisation
from edgekit.consent.terms import SENSED_BY, Output, Sensor, SensorKind
from edgekit.errors import ConfigError, ConsentError
from edgekit.privacy.budget import epsilon_of
from edgekit.privacy.independence import clashes, require_independent
from edgekit.privacy.profile import require_window
from edgekit.signers.file import create_key, load_public, load_signer
from edgekit.signing.keys import PublicKey

SIGNED = "authorisation.dsse.json"
MAX_DRAFT_BYTES = 1 << 20


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "authorise",
        help="sign a site's authorisation with the organisation's key",
        description="Sign an authorisation draft with the key of the organisation that answers "
        "for the camera. Says in plain words what is allowed; asks nothing.",
    )
    parser.add_argument("draft", metavar="DRAFT.json", nargs="?", type=Path)
    parser.add_argument(
        "--site",
        metavar="site.toml",
        type=Path,
        help="take the picture, lines, zones, ground, rooms, lamp and window from here, where they "
        "have changed",
    )
    parser.add_argument("--key", metavar="ORG.key.pem", type=Path, help="the organisation's key")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        help=f"the signed document; default: {SIGNED} beside the draft",
    )
    parser.add_argument(
        "--make-key",
        metavar="ORG.key.pem",
        type=Path,
        help="make the organisation's key instead; do it on a computer of the organisation",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sign a draft, or make the key for it."""
    if args.make_key is not None:
        return _make_key(args.make_key)
    if args.draft is None or args.key is None:
        raise ConfigError(
            "expected a draft and a key",
            hint="edgekit authorise authorisation.draft.json --key organisation.key.pem",
        )
    authorisation = _draft(args.draft)
    if args.site is not None:
        authorisation = _for_site(authorisation, Settings.load(args.site))
    require_window(authorisation.profile, authorisation.window_s)
    require_independent(authorisation)
    epsilon_of(authorisation)
    signer = load_signer(args.key)
    _require_not_the_device(args.draft, signer.key_id)
    output: Path = args.output or args.draft.with_name(SIGNED)
    authorisation = _numbered(authorisation, output, signer.public_key)
    signed = sign_authorisation(authorisation, signer)
    write_whole(output.parent, {output.name: signed})
    print(_in_words(authorisation, signer.key_id))
    print(f"Signed: {output}")
    return 0


def _numbered(
    authorisation: SiteAuthorisation, output: Path, organisation: PublicKey
) -> SiteAuthorisation:
    """Return it with the version after that of the document whose place it takes.

    A device goes back to no older version, and to none that was withdrawn.
    """
    try:
        before = read_authorisation(output.read_bytes(), organisation=organisation)
    except (OSError, ConsentError):
        return authorisation
    if before.site != authorisation.site or authorisation.version > before.version:
        return authorisation
    same = replace(authorisation, version=before.version, notice_digest="") == before
    if same and not output.with_name(WITHDRAWAL).exists():
        return before
    print(
        f"edgekit: note: version {before.version + 1}, after the one that it replaces",
        file=sys.stderr,
    )
    return replace(authorisation, version=before.version + 1, notice_digest="")


def _make_key(path: Path) -> int:
    public = create_key(path, entropy=os.urandom)
    print(f"Made the organisation's key {public.key_id}.")
    print(f"  {path}: keep it safe, and never on a camera. Whoever has it can allow cameras.")
    print(f"  {path.name.removesuffix('.key.pem')}.pub.pem: copy it into keys/ of each site.")
    return 0


def _draft(path: Path) -> SiteAuthorisation:
    try:
        return read_draft(_read(path))
    except ConsentError as error:
        error.hint = error.hint or f"is {path} a draft? edgekit init writes one"
        raise


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_DRAFT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"draft {path} cannot be read: {getattr(error, 'strerror', error)}",
            hint="edgekit init writes one",
        ) from error


def _for_site(authorisation: SiteAuthorisation, settings: Settings) -> SiteAuthorisation:
    """Return the draft for what is drawn now; outputs of what is still drawn stay as they were.

    What is newly drawn gets its outputs, as far as they may leave beside the others.
    """
    if settings.site.profile is not authorisation.profile:
        raise ConfigError(
            f"the draft is for {authorisation.profile}, the site for {settings.site.profile}",
            hint="edgekit init writes a draft for another profile",
        )
    asked = _metrics(settings)
    now = set(map(_shape, asked))
    told = tuple(output.metric for output in authorisation.outputs)
    before = set(map(_shape, (*metrics_of(authorisation.view), *told)))
    metrics = [one.metric for one in authorisation.outputs if _kept(one.metric, now, settings)]
    for metric in asked:
        if _shape(metric) in before or not may_leave(metric, authorisation.profile):
            continue
        site = _with(authorisation, settings, [*metrics, metric])
        clash = next((one for one in clashes(site) if metric in one.outputs), None)
        if clash is None:
            metrics.append(metric)
        else:
            print(f"edgekit: note: {metric} is left out: {clash.text}", file=sys.stderr)
    return _with(authorisation, settings, metrics)


def _with(
    authorisation: SiteAuthorisation, settings: Settings, metrics: Sequence[str]
) -> SiteAuthorisation:
    recipients = authorisation.outputs[0].recipients if authorisation.outputs else ()
    outputs = tuple(
        Output(
            metric=metric,
            profile=authorisation.profile,
            window_s=settings.site.window_s,
            recipients=recipients,
        )
        for metric in metrics
    )
    return replace(
        authorisation,
        site=settings.site.name,
        view=settings.view,
        outputs=outputs,
        lamp=settings.lamp is not None and settings.lamp.shows_presence,
        sensors=_sensors(authorisation, settings),
        decisions=_decisions(authorisation, settings),
        covered_preview=authorisation.covered_preview
        and settings.camera.sensor is SensorKind.CAMERA,
        notice_digest="",
    )


def _decisions(authorisation: SiteAuthorisation, settings: Settings) -> tuple[LocalDecision, ...]:
    """Return what the eye decides now, in the words of the draft where it has them."""
    words = {one.system: one for one in authorisation.decisions}
    now = decisions_of(_names(settings), public=not settings.site.profile.at_home)
    return tuple(words.get(one.system, one) for one in now)


def _metrics(settings: Settings) -> tuple[str, ...]:
    eye = settings.camera.sensor
    camera, array = eye is SensorKind.CAMERA, eye is SensorKind.THERMAL_ARRAY
    return metrics_of(settings.view, _names(settings), camera=camera, array=array)


def _names(settings: Settings) -> list[str]:
    names = [system.name for system in settings.systems]
    return [*names, "noise"] if settings.camera.hears else names


def _sensors(authorisation: SiteAuthorisation, settings: Settings) -> tuple[Sensor, ...]:
    """Return what senses now, in the words of the draft where it has them."""
    eye = settings.camera.sensor
    camera, array = eye is SensorKind.CAMERA, eye is SensorKind.THERMAL_ARRAY
    words = {sensor.kind: sensor for sensor in authorisation.sensors}
    now = sensors_of(_names(settings), camera=camera, array=array)
    return tuple(words.get(one.kind, one) for one in now)


def _kept(metric: str, now: Collection[tuple[str, str]], settings: Settings) -> bool:
    """Whether it is still there: drawn, a system that runs, or what only the draft asks for."""
    parsed, shape = Metric.parse(metric), _shape(metric)
    by_eye = parsed.measure.by_eye and SENSED_BY[parsed.kind] is settings.camera.sensor
    return shape in now or (by_eye and shape[0] not in DECIDING)


def _shape(metric: str) -> tuple[str, str]:
    parsed = Metric.parse(metric)
    return parsed.kind, parsed.shape


def _require_not_the_device(draft: Path, key_id: str) -> None:
    device = draft.parent / "keys" / "device.pub.pem"
    if device.exists() and load_public(device).key_id == key_id:
        raise ConsentError(
            "this is the device's own key: a device cannot allow itself",
            hint="sign with the organisation's key; edgekit authorise --make-key makes one",
        )


def _in_words(authorisation: SiteAuthorisation, key_id: str) -> str:
    return (
        f"With key {key_id} the following is allowed at {authorisation.site}.\n\n"
        f"{Notice(authorisation).text()}"
    )
