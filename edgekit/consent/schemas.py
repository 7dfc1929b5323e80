"""The JSON Schemas of all documents, made of the tables by which they are read.

    make schemas    writes them into docs/schemas

Source: JSON Schema, draft 2020-12.
"""

import json
from collections.abc import Mapping

from edgekit.consent.enrolment import CONSENT
from edgekit.consent.form import document, schema_of
from edgekit.consent.lease import LEASE
from edgekit.consent.objection import OBJECTION
from edgekit.consent.payload import AUTHORISATION, NOTICE
from edgekit.consent.receipt import RECEIPT
from edgekit.signing.canonical import JsonValue
from edgekit.signing.schema import json_schema


def schemas() -> Mapping[str, Mapping[str, JsonValue]]:
    """Return them by the names of their files, without ``.json``."""
    return {
        "authorisation": document(
            "SiteAuthorisation",
            "What an organisation allows at one site; the payload that it signs.",
            schema_of(AUTHORISATION),
        ),
        "notice": document(
            "Notice",
            "What the public is told, in no language; its SHA-256 is in every record.",
            schema_of(NOTICE),
        ),
        "consent": document(
            "ConsentRecord",
            "One enrolled person's yes (ISO/IEC TS 27560:2023, W3C DPV); never in a ledger.",
            schema_of(CONSENT),
        ),
        "receipt": document("Receipt", "What that person takes home of it.", schema_of(RECEIPT)),
        "lease": document(
            "Lease",
            "The camera's permission to see, as JSON; between processes it is 28 bytes.",
            schema_of(LEASE),
        ),
        "objection": document(
            "Objection",
            "The organisation's word about its own authorisation: pause, resume, withdraw, clock.",
            schema_of(OBJECTION),
        ),
        "aggregate": document(
            "Aggregate", "The record of one number of one window.", json_schema("aggregate")
        ),
        "event": document("Event", "The record of one event of the node.", json_schema("event")),
    }


def texts() -> Mapping[str, str]:
    """Return the files by name."""
    return {
        f"{name}.json": json.dumps(schema, indent=1) + "\n" for name, schema in schemas().items()
    }
