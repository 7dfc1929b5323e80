"""The commented ``site.toml`` that ``edgekit init`` writes."""

import json
from collections.abc import Mapping, Sequence

from edgekit.config.driver import NAME as DRIVER
from edgekit.config.screening import NAME
from edgekit.geometry import require_name
from edgekit.privacy.profile import DAY_S, RULES
from edgekit.records import Profile

_WORDS: Mapping[Profile, str] = {
    Profile.LOCAL: "nothing leaves this device; exact numbers stay on it",
    Profile.HOME: "exact numbers, to the people you name, on your own network",
    Profile.SDC_10_5: "for public places: no number below 10 leaves, the rest is rounded to 5",
    Profile.DP: "for public places: passages, each count with noise that hides one person",
    Profile.BANDS: "for public places: only 0 to 9, 10 to 19, 20 to 39, 40 to 79 and so on",
}

_CAMERA = """\
[camera]
# A camera "0", a stream "rtsp://…", a video "file.mp4", a folder of pictures "pictures/",
# or "plaza": people drawn by the computer, to try things out. A thermal array over a door:
# "thermal:/dev/serial/by-id/…", the port of its board, or its recording "door.npy".
source = {source}
width = 640                 # the picture's size in pixels
height = 480
fps = 15                    # pictures a second
detector = "motion"         # or the name of a model; see: edgekit models list
sees = "people"             # or "vehicles": what moves here; motion alone can't tell them apart
# How high a person stands in the picture, in front and at the back: [[row of the feet, height], …]
# in pixels. Not needed: it is learned within minutes. With it groups are told apart at once.
# stature = [[450, 190], [220, 70]]

# A line counts who walks across it. Looking from its first point to its second,
# "in" is the way from left to right and "out" the way back.
# Points are [x, y] in pixels; [0, 0] is the top left corner.
[[line]]
name = "middle"
from = [320, 460]
to = [320, 100]

# A zone counts how many people are inside it.
# [[zone]]
# name = "square"
# polygon = [[60, 120], [580, 120], [580, 460], [60, 460]]

# The ground: four points of it in the picture, in order around, and where they lie in centimetres.
# With it the authorisation may also list zone.NAME.density, people for each 100 m².
# `edgekit calibrate` writes it.
# [ground]
# points = [[214, 430], [466, 430], [410, 222], [254, 222]]
# cm = [[0, 0], [400, 0], [400, 900], [0, 900]]

# A room counts who is in it, from who passes its doors, which are lines. For each door say which
# way over the line leads into the room.
# [[room]]
# name = "hall"
# doors = [["middle", "in"]]
# max_dwell_min = 720       # nobody stays longer: who is not seen to leave is taken out after it
# closes = "22:00"          # every day at this time, UTC, it is empty
# capacity = 120            # shown beside the number

"""

_ARRAY = """\
[camera]
# A thermal array at a door, the port of its board, or its recording "door.npy".
source = {source}
width = 640                 # its points are spread over so many pixels
height = 480
fps = 8                     # readings a second

"""

_DRIVER_CAMERA = """\
[camera]
# Behind the wheel, before the driver's face: "0", or a film "drive.mp4". Nothing of it is kept.
source = {source}
width = 640                 # the picture's size in pixels
height = 480
fps = 30                    # pictures a second; below 10 blinks are lost

"""

_SYSTEM = """\
# One of the city's systems, on a board of its own. Its settings, with what they mean:
# edgekit systems explain {name}
[systems.{name}]
port = {port}            # what is there: edgekit bridge list

"""

_MORE: Mapping[str, str] = {
    NAME: """\
# Two corners each, in pixels: where faces come, and what the black body fills.
face = [[40, 20], [420, 460]]
body = [[500, 60], [620, 180]]
body_c = 35.0               # what it is set to
# By how many kelvins the array differs on the black body, once in its place and once where faces
# come. Measure it: above 0.2 nobody is screened. The datasheet of an MLX90640 allows 0.7.
uneven_k = 0.7
to_mouth_k = 0.95           # from a face's maximum to the mouth: calibrate it with a thermometer

""",
    "building": """\
# fan_l_s = 200               # what its fan gives at full speed
# door = true                 # a door: from outside by consented tokens, from inside for all
# tokens = "tokens"           # their folder: edgekit systems token
# reader = "serial:by-id/…"   # what reads them

""",
    "irrigation": """\
# station = "weather"         # a folder into which a weather station's CSV or JSON is dropped

""",
    "crowd": """\
# People in this zone, whose ground is measured, and passages over this line make the warning.
[systems.crowd.watch]
zone = "square"
line = "middle"
place = "the square"        # for the message (CAP 1.2)

""",
    "traffic": """\
# Who crosses this line while its signal is red is line.NAME.in_red and .out_red, also of a class as
# in line.NAME.car.in_red: in the authorisation, in place of the line's other numbers.
[systems.traffic.signal]
line = "middle"

""",
}
"""What a system needs beside its board."""

_TEMPLATE = """\
# What is sensed here, and where the numbers go.
# Check it at any time with:  edgekit check site.toml
# Files named here are looked for beside this file.

version = 1

[site]
name = {name}            # a-z, 0-9, _ and -
# Who may learn the numbers:
{profiles}
profile = {profile}
window_s = {window_s}              # one number is made every so many seconds
confinement = "strict"      # "strict": the camera runs only once its wall stands
                            # "maker": it also runs where this machine can't put it up

{sensing}[keys]
device = "keys/device.key.pem"                      # never leaves this device
organisation_public = "keys/organisation.pub.pem"   # who may allow this camera

[authorisation]
file = "authorisation.dsse.json"   # written by: edgekit authorise authorisation.draft.json …

[storage]
directory = "data"          # the log of all signed numbers
keep_free_mb = 200          # leave at least this much of the disk free
rotate_mb = 16              # start a new export file at this size

# A page of its own: what it counts and has released, who answers for it, and a button that pauses
# it. Needs: pip install '.[web]'. On a network others read it: name its address as well, and
# them as the authorisation does among the recipients.
# [web]
# listen = ["127.0.0.1:8710"]              # the device's own screen; also "192.168.1.20:8710"
# languages = ["en", "de"]                 # the first for who asks for none of them
# recipient = "everybody on our network"   # only where others read it

# Signed numbers also go to this file, one a line.
[[outlet]]
kind = "file"
path = "data/records.jsonl"

# And to a broker, for Home Assistant or a server (MQTT). Needs: pip install '.[mqtt]'
# Each number's recipients, in the authorisation, have to name its host.
{broker}
"""

_BROKER = """\
[[outlet]]
kind = "mqtt"
host = {host}
# login = "keys/mqtt.login"   # a file of mode 0600 with one line, name:password
# tls = true                  # the rule, but for this device and addresses of a home network
# ca = "keys/broker-ca.pem"   # who signed its certificate, where the system does not know them"""
_SOME_HOST = "192.168.1.10"

_MICROPHONE = """\
[microphone]
# A sound card "hw:1", as arecord -L names it, or a recording "street.wav".
source = {source}
full_scale_db = 120.0       # the level of a sine that just fills its range: by a calibrator
# rate_hz = 48000           # samples a second that the card has

"""


def template(
    *,
    name: str,
    profile: Profile,
    source: str,
    broker: str | None = None,
    systems: Sequence[str] = (),
    port: str = "/dev/ttyACM0",
) -> str:
    """Return a commented ``site.toml``; without a camera where ``source`` is empty.

    ``broker``: the host of an MQTT broker that gets the records. Raises ConfigError where the name
    can't be one.
    """
    require_name(name, "site")
    outlet = _BROKER.format(host=_quoted(broker or _SOME_HOST))
    if broker is None:
        outlet = "\n".join(f"# {line.removeprefix('# ')}" for line in outlet.splitlines())
    width = max(len(f'"{kind}"') for kind in Profile)
    profiles = "\n".join(f"#   {f'{kind.value!r}':{width}}  {_WORDS[kind]}" for kind in Profile)
    return _TEMPLATE.format(
        name=_quoted(name),
        profiles=profiles.replace("'", '"'),
        profile=_quoted(profile.value),
        sensing=_sensing(source, systems, port),
        window_s=max(_shortest_s(source, systems), RULES[profile].min_window_s),
        broker=outlet,
    )


def _hears(source: str) -> bool:
    return source.startswith("hw:") or source.endswith(".wav")


def _shortest_s(source: str, systems: Sequence[str]) -> int:
    if NAME in systems:
        return DAY_S
    return 900 if _hears(source) else 60


def _sensing(source: str, systems: Sequence[str], port: str) -> str:
    seeing = _ARRAY if NAME in systems else _DRIVER_CAMERA if DRIVER in systems else _CAMERA
    eye = _MICROPHONE if _hears(source) else seeing
    camera = eye.format(source=_quoted(source)) if source else ""
    said = (_SYSTEM.format(name=one, port=_quoted(port)) + _MORE.get(one, "") for one in systems)
    return camera + "".join(said)


def _quoted(text: str) -> str:
    # JSON's escapes are a subset of those of a TOML basic string, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
