"""``edgekit install-service``: the systemd units of a site."""

import argparse
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "install-service",
        help="write hardened systemd units for a site",
        description="Write a systemd unit for each process of a site's node, each with a user of "
        "its own, as root, and say what to do next. With --dry-run only print them.",
    )
    parser.add_argument("settings", type=Path, metavar="site.toml")
    parser.add_argument(
        "--user", help="one unit instead, in which all processes are this user's; records say so"
    )
    parser.add_argument("--dry-run", action="store_true", help="print the units, change nothing")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print or write the units."""
    from edgekit.config import Settings  # noqa: PLC0415 -- only what the verb needs
    from edgekit.node.service import unit  # noqa: PLC0415 -- only what the verb needs

    settings = Settings.load(options.settings)
    plan = unit.Plan(settings=settings, command=_command())
    files: dict[Path, str] = {}
    if options.user:
        files[unit.FOLDER / unit.NAME] = unit.one_unit_of(plan, user=options.user)
        before = f"useradd --system --no-create-home {options.user}    # unless it exists"
    else:
        files[unit.SYSUSERS] = unit.sysusers_of(plan)
        files |= {unit.FOLDER / name: text for name, text in unit.units_of(plan).items()}
        before = "systemd-sysusers"
    if options.dry_run:
        print("\n".join(f"# {path}\n{text}" for path, text in files.items()), end="")
        return 0
    _write(files)
    if not options.user and settings.accounts is None:
        _ask_for_users(settings.path)
    steps = (
        *(f"{path} is written." for path in files),
        "Then:",
        f"  {before}",
        f"  systemctl daemon-reload && systemctl enable --now {unit.NAME}",
    )
    print("\n".join(steps), file=sys.stderr)
    return 0


def _command() -> Path:
    found = shutil.which("edgekit") if Path(sys.argv[0]).name != "edgekit" else sys.argv[0]
    return Path(found or Path(sys.executable).with_name("edgekit")).absolute()


def _write(files: Mapping[Path, str]) -> None:
    from edgekit.errors import ConfigError  # noqa: PLC0415 -- only what the verb needs

    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".new")
            draft.write_text(text, encoding="utf-8")
            draft.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{error.filename} cannot be written: {error.strerror}", hint="start it with sudo"
        ) from error


def _ask_for_users(path: Path) -> None:
    """Put an empty ``[users]`` into site.toml: the usual names."""
    from edgekit.config.document import read_text  # noqa: PLC0415 -- only what the verb needs
    from edgekit.config.patch import with_table  # noqa: PLC0415 -- likewise

    text = with_table(read_text(path), "users", "[users]\n", path=path)
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    print(f"{path} asks for [users] now.", file=sys.stderr)
