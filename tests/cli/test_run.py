import re
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.ledger.store import Ledger

Run = Callable[..., tuple[int, str, str]]
Edit = Callable[[Path, str, str], None]


def test_a_minute_of_plaza_of_a_few_seconds(
    home: Path, edgekit: Run, edit: Edit, authorise: Run
) -> None:
    edit(home / "site.toml", 'source = "plaza"', 'source = "plaza:3"')
    edit(home / "site.toml", "window_s = 60", "window_s = 1")
    assert authorise(home, "--site", home / "site.toml")[0] == 0

    code, out, err = edgekit("run", home / "site.toml")

    assert (code, out) == (0, "")
    assert "the source has ended" in err
    key, ledger = home / "keys" / "device.pub.pem", home / "data" / "ledger.sqlite"
    assert edgekit("verify", ledger, "--key", key)[0] == 0
    code, out, _ = edgekit("status", home / "site.toml")
    assert code == 1
    assert out.startswith("node         not running since")
    log = edgekit("logs", home / "site.toml")[1].splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \w+ \w+: \S", line) for line in log)
    assert log == [line for line in err.splitlines() if line[:2] == "20"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("/dev/video99", "camera /dev/video99 does not exist"),
        ("none.mp4", "does not exist"),
        ("http://127.0.0.1:9/stream", "cannot be opened"),
        ("plaza:soon", "expected plaza:SECONDS"),
    ],
)
def test_camera_that_was_never_there_ends_the_node(
    home: Path, edgekit: Run, edit: Edit, authorise: Run, source: str, words: str
) -> None:
    edit(home / "site.toml", 'source = "plaza"', f'source = "{source}"')
    assert authorise(home, "--site", home / "site.toml")[0] == 0

    code, _, err = edgekit("run", home / "site.toml")

    assert code in (1, 2)
    assert "edgekit: error: " in err
    assert words in err.split("edgekit: error: ")[1]
    assert "Traceback" not in err
    # Nothing was seen, and the ledger says so.
    ledger = Ledger.open_readonly(home / "data" / "ledger.sqlite")
    assert b'"released"' not in b"".join(r.envelope for r in ledger.records(0, 999))
    ledger.close()


def test_site_that_nobody_authorised(home: Path, edgekit: Run) -> None:
    code, _, err = edgekit("run", home / "site.toml")

    assert code == 1
    assert "edgekit: error: no authorisation" in err
    assert "edgekit: hint: the organisation signs" in err


def test_model_that_is_not_installed(home: Path, edgekit: Run, edit: Edit, authorise: Run) -> None:
    edit(home / "site.toml", 'detector = "motion"', 'detector = "nanodet_2022nov"')
    (home / "models").mkdir()
    assert authorise(home, "--site", home / "site.toml")[0] == 0

    code, _, err = edgekit("run", home / "site.toml")

    assert code == 1
    assert "edgekit: error: " in err
    assert "nanodet_2022nov" in err
    assert "Traceback" not in err
