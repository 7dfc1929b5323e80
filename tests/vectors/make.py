"""Makes the vectors that every verifier is held to: Python, Node, a browser, OpenSSL and a shell.

    python tests/vectors/make.py             writes records.json, events.json and proofs.json
    python tests/vectors/make.py --check     ends with 1 where it would write others

Each vector is a record, or a record and its proof, with the key to verify by, and says whether it
must be accepted. ``signed`` says whether its signature by itself holds, for verifiers of no more.
Nothing in it is random but the ES256 signature, which is kept from the file that is there.
"""

import json
import sys
from pathlib import Path

from log_proofs import proofs
from samples import AGGREGATE, ES, KEYS, WITNESS, Vector, signed
from signed_events import events
from signed_records import records

from edgekit.ledger.cosignature import Witness

FOLDER = Path(__file__).parent


def document(vectors: list[Vector]) -> str:
    keys = {name: signer.public_key.to_pem().decode() for name, signer in KEYS.items()}
    witness = Witness(name="example.org/w", key=WITNESS.public_key).to_text()
    lines = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in vectors)
    head = json.dumps({"keys": keys, "witness": witness})[:-1]
    return f'{head},\n"vectors": [\n{lines}\n]}}\n'


def kept_es256() -> str:
    path = FOLDER / "records.json"
    if path.exists():
        for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
            if vector["name"] == "ES256":
                return str(vector["record"])
    return signed(AGGREGATE | {"device": ES.key_id}, ES)


def make() -> dict[str, str]:
    """Return the files by name."""
    return {
        "records.json": document(records(kept_es256())),
        "events.json": document(events()),
        "proofs.json": document(list(proofs())),
    }


def main() -> int:
    made = make()
    if "--check" in sys.argv:
        return int(
            any((FOLDER / name).read_text(encoding="utf-8") != text for name, text in made.items())
        )
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(name, len(text), text.count('"accept": false'), "must not be accepted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
