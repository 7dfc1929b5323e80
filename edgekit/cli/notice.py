"""``edgekit notice site.toml -o DIR``: the sign to print, the notice to read, and the papers."""

import argparse
import json
import shlex
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from edgekit.cli.writing import write_whole
from edgekit.config import Settings
from edgekit.consent.authorisation import SiteAuthorisation, load_authorisation
from edgekit.consent.dtpr import chains
from edgekit.consent.marker import marker_svg
from edgekit.consent.notice import DEFAULT_LOCALE, Notice
from edgekit.consent.papers import Measure, article_30, article_35, as_csv
from edgekit.consent.pause import PAUSE_MS
from edgekit.consent.texts import TEXTS, texts_of
from edgekit.errors import ConfigError
from edgekit.signers.file import load_public
from edgekit.signing.keys import PublicKey

TEXT = "notice.txt"
DRAFT = "authorisation.draft.json"
MAX_BYTES = 1 << 20


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = subparsers.add_parser(
        "notice",
        help="write the sign and the notice of a site",
        description="Write sign.svg (A5, to print and put up), notice.html (all that the law "
        "asks for), notice.txt, notice.json (the meaning, whose hash is in every record), the two "
        "chains of DTPR, made of the signed authorisation alone; and marker.svg, to be hung beside "
        "the sign: held to the camera it pauses it.",
    )
    parser.add_argument("settings", metavar="site.toml", type=Path)
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, required=True)
    parser.add_argument(
        "--language",
        default=DEFAULT_LOCALE,
        help=f"{', '.join(TEXTS)}, or all: each in files of its own (default: {DEFAULT_LOCALE})",
    )
    parser.add_argument(
        "--article-30",
        action="store_true",
        help="also the row for the record of processing, as JSON and CSV",
    )
    parser.add_argument(
        "--article-35", action="store_true", help="also the input of an impact assessment"
    )
    parser.add_argument(
        "--audit", action="store_true", help="with --article-35: attack the walls now for it"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files, or none."""
    settings = Settings.load(args.settings)
    site = load_signed(settings, int(time.time()))
    papers: dict[str, str] = {}
    if args.article_30:
        language = DEFAULT_LOCALE if args.language == "all" else args.language
        row = article_30(site, language)
        papers["article-30.json"] = json.dumps(row, indent=1, ensure_ascii=False) + "\n"
        papers["article-30.csv"] = as_csv(row)
    if args.article_35:
        measures = tuple(_tried(settings)) if args.audit else ()
        papers["article-35.md"] = article_35(site, _setup(settings), measures)
    for path in write_notice(settings, args.output, language=args.language, papers=papers):
        print(path)
    return 0


def write_notice(
    settings: Settings, folder: Path, *, language: str, papers: Mapping[str, str] | None = None
) -> tuple[Path, ...]:
    """Write sign and notice of a site, all files or none; return their paths."""
    notice = Notice(load_signed(settings, int(time.time())))
    files = _worded(notice, DEFAULT_LOCALE if language == "all" else language, "")
    if language == "all":
        for locale in TEXTS:
            files |= _worded(notice, locale, f".{locale}")
    files |= {"notice.json": notice.meaning().decode()}
    if notice.authorisation.sees:
        spoken = tuple(TEXTS) if language == "all" else (language,)
        held = [texts_of(one)["marker.hold"].format(n=PAUSE_MS // 60_000) for one in spoken]
        files |= {"marker.svg": marker_svg(said=held)}
    for name, chain in chains(notice).items():
        files[f"dtpr.{name}.json"] = json.dumps(chain, indent=1, ensure_ascii=False) + "\n"
    files |= papers or {}
    write_whole(folder, {name: text.encode() for name, text in files.items()})
    return tuple(folder / name for name in files)


def _worded(notice: Notice, locale: str, mark: str) -> dict[str, str]:
    return {
        f"sign{mark}.svg": notice.sign_svg(locale),
        f"notice{mark}.html": notice.html(locale),
        f"notice{mark}.txt": notice.text(locale),
    }


def _setup(settings: Settings) -> dict[str, str]:
    """Return what runs, in words, for whoever has to judge it."""
    camera = settings.camera
    systems = ", ".join(f"{one.name} ({one.sensor})" for one in settings.systems)
    return {
        "systems": systems or "none",
        "source of the pictures": camera.kind.value,
        "detector": camera.detector,
        "walls around the processes": settings.site.confinement.value,
        "profile": settings.site.profile.value,
        "window": f"{settings.site.window_s} s",
        "lines": ", ".join(line.name for line in settings.lines) or "none",
        "zones": ", ".join(zone.name for zone in settings.zones) or "none",
        "rooms": ", ".join(room.name for room in settings.rooms) or "none",
        "outlets": ", ".join(_outlets(settings)) or "none",
        "lamp that follows people": "yes" if settings.lamp and settings.lamp.zone else "no",
    }


def _outlets(settings: Settings) -> Iterator[str]:
    yield from (outlet.kind for outlet in settings.outlets)
    if settings.broker is not None:
        yield f"{settings.broker.name}, {'by TLS' if settings.broker.tls else 'not encrypted'}"


def _tried(settings: Settings) -> Iterator[Measure]:
    from edgekit.node.walls.audit import audit  # noqa: PLC0415 -- it starts processes: only when asked

    for one in audit(settings):
        yield Measure(who=one.who, promise=one.promise, tried=one.tried, holds=one.holds)


def load_signed(settings: Settings, now_s: int) -> SiteAuthorisation:
    """Return the site's authorisation; raises ConfigError or ConsentError."""
    organisation = load_organisation(settings)
    return load_authorisation(read_signed(settings), organisation=organisation, now_s=now_s)


def load_organisation(settings: Settings) -> PublicKey:
    """Return the key of who may allow this site; ConfigError where it is missing."""
    path = settings.keys.organisation_public
    if not path.exists():
        raise ConfigError(
            f"the organisation's public key {path} is missing",
            hint="copy organisation.pub.pem there, which edgekit authorise --make-key made",
        )
    return load_public(path)


def read_signed(settings: Settings) -> bytes:
    """Return the bytes of the signed document; ConfigError where there are none."""
    path = settings.authorisation.file
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except OSError as error:
        raise ConfigError(
            f"authorisation {path} cannot be read: {error.strerror}",
            hint="the organisation signs it: edgekit authorise "
            f"{shlex.quote(str(path.with_name(DRAFT)))} --key …",
        ) from error
