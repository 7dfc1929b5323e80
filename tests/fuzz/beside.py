"""What comes from outside beside the records: models, files that are dropped, pipes, readers."""

import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC

from edgekit.errors import ConfigError
from edgekit.models.catalog import load_catalog
from edgekit.models.form import read_form
from edgekit.models.tflite import MARK, with_onnx
from edgekit.node import pipe
from edgekit.node.control import hear, pair
from edgekit.node.steward.door import _until_ms, lines_of
from edgekit.node.steward.ear import Ear
from edgekit.node.steward.station import rows_of
from edgekit.privacy.systems import ABOUT
from edgekit.records import Kind, Observation
from edgekit.systems.building import Settings, State
from edgekit.systems.persistence import from_json

NOW_MS = 1_800_000_000_000
KINDS = {1: frozenset({Kind.IN}), 4096: frozenset({Kind.DECISION, *ABOUT})}


def net(data: bytes) -> bytes:
    """Anything at all behind the mark of TensorFlow Lite."""
    return with_onnx(data[:4] + MARK + data[8:])


def form(data: bytes) -> object:
    """TOML that is none is somebody else's error."""
    try:
        table = tomllib.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return read_form(table)


def station(data: bytes) -> object:
    """A file of a weather station; the first byte says of which sort."""
    try:
        return rows_of(data[1:], (".csv", ".json")[data[0] % 2 if data else 0], UTC, heard_ms=0)
    except ValueError as error:
        raise ConfigError(str(error) or "no word") from error


def until(data: bytes) -> object:
    """A consent to a door."""
    try:
        return _until_ms(data.decode("ascii"))
    except (ValueError, OverflowError) as error:
        raise ConfigError(str(error) or "no word") from error


def reader(data: bytes) -> object:
    """What a reader at a door sends: lines without an end of one among them."""
    lines, rest = lines_of(data)
    if any(end in line for line in lines for end in "\r\n\x03") or len(rest) > len(data):
        raise AssertionError(lines)
    return lines


def observations(data: bytes) -> object:
    """What an eye or a steward says: nothing but what its pipe allows comes through."""
    state = pipe.PipeState(generation=1, kinds=KINDS)
    whole, rest = pipe.split(data)
    heard = list[Observation]()
    for one in whole:
        state, seen = pipe.step(state, one, NOW_MS)
        heard.append(seen)
    return heard, rest


def asked(data: bytes) -> object:
    """What a clerk says to the steward."""
    told, asks = os.pipe()
    try:
        os.write(asks, data[:32_768])
        ear = Ear(told)
        return ear.pressed, ear.decided()
    finally:
        os.close(told)
        os.close(asks)


def packet(data: bytes) -> object:
    """A word on a control line."""
    ours, theirs = pair()
    with ours, theirs:
        theirs.send(data[:4_096] or b" ")
        return hear(ours)


def kept(data: bytes) -> object:
    """What a steward kept of a room."""
    return from_json(State, data, settings=Settings())


BESIDE: Mapping[str, Callable[[bytes], object]] = {
    "model of TensorFlow Lite": net,
    "form of a model": form,
    "catalogue of models": lambda data: load_catalog(data.decode("utf-8", "replace")),
    "weather station": station,
    "consent to a door": until,
    "reader at a door": reader,
    "observations": observations,
    "words of the clerk": asked,
    "control packet": packet,
    "state of a room": kept,
}
ANYTHING = ("wrapped", "reader at a door", "words of the clerk")
"""Those that make something of any bytes."""

NET = (
    "FgAAAFRGTDMOABQABAAIAAwAAAAQAA4AAAADAAAADAAAAD4AAAAUAgAAAgAAABQAAAAlAAAADAAJAAQA"
    "AAAAAAUADAAAAAYGAAAADAAJAAQAAAAAAAUADAAAAAMDAAAAAQAAABAAAAAMABQABAAIAAwAEAAMAAAA"
    "EAAAACYBAAAqAQAALgEAAAUAAAAgAAAAUgAAAIQAAAC2AAAA3AAAAAwAEQAEAAgACQANAAwAAAANAAAA"
    "AAAAAAAYAAAABAAAAAEAAAACAAAAAgAAAAEAAAABAAAAYQwAEQAEAAgACQANAAwAAAANAAAAAQEAAAAY"
    "AAAABAAAAAEAAAABAAAAAQAAAAEAAAABAAAAawwAEQAEAAgACQANAAwAAAANAAAAAAAAAAAYAAAABAAA"
    "AAEAAAABAAAAAQAAAAEAAAABAAAAaAwAEQAEAAgACQANAAwAAAANAAAAAAIAAAAMAAAAAQAAAAEAAAAB"
    "AAAAYgwAEQAEAAgACQANAAwAAAANAAAAAAAAAAAYAAAABAAAAAEAAAACAAAAAgAAAAEAAAABAAAAbwEA"
    "AAAAAAAAAQAAAAQAAAACAAAAEgAAADwAAAAKABAABAAIAAwACgAAAAAAAAAIAAAADAAAAAEAAAABAAAA"
    "AQAAAAIAAAAOABUABAAIAAwAEAARAA4AAAABAAAADQAAABkAAAABJgAAAAMAAAAAAAAAAgAAAAMAAAAB"
    "AAAABAAAAAoADQAEAAUACQAKAAAAAAEAAAABAAAAAwAAABAAAAAWAAAAJgAAAAQABAAEAAAABgAIAAQA"
    "BgAAAAQAAAACAAAAADwGAAgABAAGAAAABAAAAAQAAAAAAAAA"
)
"""A model with a convolution of half precision."""
