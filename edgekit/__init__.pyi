from edgekit.errors import EdgekitError as EdgekitError
from edgekit.frames import Detections as Detections
from edgekit.frames import Frame as Frame
from edgekit.geometry import Line as Line
from edgekit.geometry import Zone as Zone
from edgekit.ledger.lines import verify_lines as verify_lines
from edgekit.node.redacting.files import redact as redact
from edgekit.node.trying.counting import count as count
from edgekit.perception.line import LineCounter as LineCounter
from edgekit.perception.scene import Scene as Scene
from edgekit.perception.tracking import Tracker as Tracker
from edgekit.perception.zone import PolygonZone as PolygonZone
from edgekit.records import SignedRecord as SignedRecord
from edgekit.redaction.redactor import Redactor as Redactor
from edgekit.sensors.open import open_source as open_source

__version__: str
__all__ = [
    "Detections",
    "EdgekitError",
    "Frame",
    "Line",
    "LineCounter",
    "PolygonZone",
    "Redactor",
    "Scene",
    "SignedRecord",
    "Tracker",
    "Zone",
    "count",
    "open_source",
    "redact",
    "verify_lines",
]
