"""One set of vectors, and every verifier gives the same verdicts: Python, Node, Chromium."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgekit.errors import VerificationError
from edgekit.ledger.checkpoint import origin_of
from edgekit.ledger.lines import verify_record
from edgekit.ledger.page import page
from edgekit.ledger.proof import Proof
from edgekit.signing.keys import PublicKey

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
VERIFIER = ROOT / "edgekit" / "ledger" / "page" / "verify.js"
SETS = {
    name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("records", "events", "proofs")
}
BY_NAME = {
    f"{kind}: {vector['name']}": vector for kind, one in SETS.items() for vector in one["vectors"]
}
EXPECTED = {name: vector["accept"] for name, vector in BY_NAME.items()}


def test_they_are_what_makes_them_says_and_enough() -> None:
    words = [sys.executable, FOLDER / "make.py", "--check"]
    assert subprocess.run(words, check=False).returncode == 0
    assert len(BY_NAME) == sum(len(one["vectors"]) for one in SETS.values())
    assert list(EXPECTED.values()).count(False) >= 200


def key_of(kind: str, vector: dict[str, str]) -> PublicKey:
    return PublicKey.from_pem(SETS[kind]["keys"][vector["key"]].encode())


@pytest.mark.parametrize("name", BY_NAME)
def test_python(name: str) -> None:
    kind, vector = name.partition(":")[0], BY_NAME[name]
    key = key_of(kind, vector)

    def judge() -> None:
        fields = verify_record(vector["record"].encode(), [key])
        if kind == "proofs":
            origin = origin_of(str(fields["site"]), str(fields["device"]))
            proof = Proof.from_text(vector["proof"])
            proof.verify(vector["record"].encode(), origin=origin, key=key)

    if vector["accept"]:
        judge()
    else:
        with pytest.raises(VerificationError):
            judge()


JUDGE = """
const CORE = %s;
const SETS = %s;
const { readKey, verifyRecord, verifyProof, cosignedAt, WORDS, SCHEMAS } = new Function(
  CORE + "; return { readKey, verifyRecord, verifyProof, cosignedAt, WORDS, SCHEMAS };")();
async function judged() {
  const verdicts = {};
  for (const [kind, { keys, witness, vectors }] of Object.entries(SETS)) {
    for (const { name, key, record, proof } of vectors) {
      const id = `${kind}: ${name}`;
      try {
        const use = await readKey(keys[key]);
        const found = proof === undefined
          ? await verifyRecord(record, use) : await verifyProof(record, proof, use);
        verdicts[id] = true;
        if (name === "co-signed") verdicts.time = String(await cosignedAt(found.note, witness));
      } catch (error) {
        verdicts[id] = error instanceof TypeError || error instanceof ReferenceError
          ? String(error.stack) : false;
      }
    }
  }
  const fields = Object.fromEntries(
    Object.entries(SCHEMAS).map(([kind, schema]) => [kind, Object.keys(schema).sort()]));
  return { verdicts, words: WORDS, fields };
}
"""


def script() -> str:
    core = VERIFIER.read_text(encoding="utf-8")
    return JUDGE % tuple(json.dumps(one).replace("</", "<\\/") for one in (core, SETS))


def require_verdicts(found: dict[str, dict[str, object]]) -> None:
    assert found["verdicts"].pop("time") == "1800000900"
    assert found["verdicts"] == EXPECTED


def in_node(folder: Path) -> dict[str, dict[str, object]]:
    if shutil.which("node") is None:
        pytest.skip("node absent (Debian: nodejs)")
    (folder / "judge.js").write_text(
        f"{script()}judged().then((found) => console.log(JSON.stringify(found)));",
        encoding="utf-8",
    )
    done = subprocess.run(
        ["node", "--no-warnings", folder / "judge.js"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_node(tmp_path: Path) -> None:
    require_verdicts(in_node(tmp_path))


def test_the_page_knows_the_words_and_fields_that_python_knows(tmp_path: Path) -> None:
    from edgekit import provenance, records  # noqa: PLC0415 -- by their names below
    from edgekit.signing.schema import SCHEMAS  # noqa: PLC0415 -- the same

    found = in_node(tmp_path)
    kinds = {
        "clock": records.ClockTrust,
        "seal": provenance.Seal,
        "users": provenance.Users,
        "source": provenance.Source,
        "profile": records.Profile,
        "status": records.Status,
        "quality": records.QualityWord,
        "unit": records.Unit,
        "event": records.EventName,
        "reason": records.Reason,
    }
    assert found["words"] == {name: [word.value for word in kind] for name, kind in kinds.items()}
    assert found["fields"] == {kind: sorted(schema.names) for kind, schema in SCHEMAS.items()}


BROWSER = ["chromium", "chromium-browser", "google-chrome"]


@pytest.fixture
def browse(tmp_path: Path) -> Iterator[object]:
    """Open a page in Chromium without a network and return what its body says in the end."""
    program = next(filter(None, map(shutil.which, BROWSER)), None)
    if program is None:
        pytest.skip("chromium absent (Debian: chromium)")

    def run(text: str) -> str:
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [
                *(program, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
                *("--timeout=20000", f"--user-data-dir={tmp_path / 'profile'}"),
                *("--disable-dev-shm-usage", "--proxy-server=127.0.0.1:9", path.as_uri()),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


@pytest.mark.browser
def test_chromium(browse: object) -> None:
    # The document's end waits until the verdicts are there: a script in a module may await.
    dom = browse(
        '<!doctype html><meta charset="utf-8"><pre id="out"></pre><script type="module">'
        f"{script()}document.getElementById('out').textContent = JSON.stringify(await judged());"
        "</script>"
    )
    found = re.search(r'<pre id="out">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None
    text = found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    require_verdicts(json.loads(text))


CLICK = """
<script type="module">
const given = %s;
const verdict = document.getElementById("verdict");
const said = [];
for (const one of given) {
  for (const [id, text] of Object.entries(one)) document.getElementById(id).value = text;
  const judged = new Promise((done) => {
    new MutationObserver((_, watch) => { watch.disconnect(); done(); }).observe(
      document.getElementById("verdict"), { childList: true });
  });
  document.getElementById("form").requestSubmit();
  await judged;
  const rows = document.getElementById("fields").rows.length;
  said.push([verdict.className, verdict.textContent, rows]);
}
document.body.innerHTML = "<pre id='out'></pre>";
document.getElementById("out").textContent = JSON.stringify(said);
</script>
"""


@pytest.mark.browser
def test_the_page_itself_as_a_reader_uses_it(browse: object) -> None:
    keys, witness = SETS["proofs"]["keys"], SETS["proofs"]["witness"]
    vectors = {vector["name"]: vector for vector in SETS["proofs"]["vectors"]}
    good, bad = vectors["co-signed"], vectors["salt altered"]
    empty = {"record": "", "key": keys["ed"], "proof": "", "witness": ""}
    given = [
        empty | {"record": good["record"] + "\n"},
        empty | {"record": good["record"], "proof": good["proof"].strip() + "\n\n"},
        empty | {"record": good["record"], "proof": good["proof"], "witness": witness + "\n"},
        empty | {"record": bad["record"], "proof": bad["proof"]},
        empty | {"record": good["record"].replace("A", "B", 1)},
        empty | {"record": good["record"], "key": keys["other"]},
        empty | {"record": good["record"], "key": "nothing"},
    ]
    text = page().decode()
    assert "https:" not in text
    assert "http:" not in text
    dom = browse(text.replace("</body>", CLICK % json.dumps(given) + "</body>"))
    found = re.search(r'<pre id="out">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None, dom[-800:]
    said = json.loads(found[1])
    assert [(kind, rows > 15) for kind, _, rows in said] == [
        *[("good", True)] * 3,
        *[("bad", False)] * 4,
    ]
    for (_, words, _), wanted in zip(
        said,
        (
            "only a proof shows",
            "stands as number 3 in the log edgekit/plaza/.* of 11 records. Unwitnessed",
            "Your witness co-signed that log, by 2027-01-15 08:15:00 UTC",
            "inclusion proof does not lead to the root",
            "does not verify",
            "expected key",
            "expected a public key in PEM",
        ),
        strict=True,
    ):
        assert re.search(wanted, words), words
