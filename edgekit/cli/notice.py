"""``edgekit notice site.toml -o DIR``: the sign to print and the notice to read."""

import argparse
import shlex
import time
from pathlib import Path

from edgekit.cli.writing import write_whole
from edgekit.config import Settings
from edgekit.consent.authorisation import SiteAuthorisation, load_authorisation
from edgekit.consent.notice import DEFAULT_LOCALE, Notice
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
        "asks for) and notice.txt, made of the signed authorisation alone.",
    )
    parser.add_argument("settings", metavar="site.toml", type=Path)
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, required=True)
    parser.add_argument("--language", default=DEFAULT_LOCALE, help="default: en")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the three files, or none."""
    settings = Settings.load(args.settings)
    for path in write_notice(settings, args.output, language=args.language):
        print(path)
    return 0


def write_notice(settings: Settings, folder: Path, *, language: str) -> tuple[Path, ...]:
    """Write sign and notice of a site, all files or none; return their paths."""
    notice = Notice(load_signed(settings, int(time.time())))
    files = {
        "sign.svg": notice.sign_svg(language),
        "notice.html": notice.html(language),
        TEXT: notice.text(language),
    }
    write_whole(folder, {name: text.encode() for name, text in files.items()})
    return tuple(folder / name for name in files)


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
