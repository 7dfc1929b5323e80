"""Runs atheris on every parser of `parsers.py`, each in a process of its own.

python tests/fuzz/hunt.py [SECONDS]     so long each; needs pip install atheris
"""

import subprocess
import sys
import tempfile
from pathlib import Path


def hunt(seconds: int) -> None:
    """Try each parser for so long; ends with an error at the first that finds something."""
    import parsers  # noqa: PLC0415 -- not here where atheris has to watch the import

    for name in parsers.PARSERS:
        with tempfile.TemporaryDirectory() as folder:
            for number, seed in enumerate(parsers.seeds()):
                (Path(folder) / str(number)).write_bytes(seed)
            words = [sys.executable, __file__, "--one", name, folder, "-max_len=4096"]
            words += [f"-max_total_time={seconds}", "-rss_limit_mb=2048", "-verbosity=0"]
            subprocess.run(words, check=True)
            print(f"{name}: {seconds} s, nothing but values and errors of ours", flush=True)


def one(name: str, options: list[str]) -> None:
    """Try one parser; atheris never returns."""
    import atheris  # noqa: PLC0415 -- only for long runs

    with atheris.instrument_imports(include=["edgekit"]):
        import parsers  # noqa: PLC0415 -- watched from here on

    parse = parsers.PARSERS[name]
    atheris.Setup([sys.argv[0], *options], lambda data: parsers.holds(parse, data))
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3:])
    else:
        hunt(int(sys.argv[1]) if sys.argv[1:] else 60)
