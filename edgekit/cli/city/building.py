"""Files of a room's air and light, of looks at its door, and of consents."""

from collections.abc import Iterator, Mapping

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.building import CARD, begin, step
from edgekit.systems.building_entry import Grant, Seen, Withdrawal, digest_of
from edgekit.systems.building_occupancy import Air, Presence, outdoor_ppm
from edgekit.systems.day import HOUR_MS

LEVELS: Mapping[Presence, float] = {
    Presence.EMPTY: 0.0,
    Presence.UNKNOWN: 0.5,
    Presence.OCCUPIED: 1.0,
}


def _read(cells: Cells) -> Iterator[Air | Seen | Grant | Withdrawal]:
    t_ms = cells.t_ms
    hours = cells.number("consent_h")
    if hours is not None:
        token = _token(cells)
        if hours > 0:
            yield Grant(t_ms=t_ms, token=token, until_ms=t_ms + cells.span_ms("consent_h", HOUR_MS))
        else:
            yield Withdrawal(t_ms=t_ms, token=token)
    elif cells.text("door"):
        yield Seen(
            t_ms=t_ms,
            exit_asked=cells.flag("exit"),
            fire=cells.flag("fire"),
            token=_token(cells) if cells.text("token") else "",
            reset=cells.flag("reset") or False,
            opened=cells.flag("door"),
            passages=cells.whole("passages"),
        )
    else:
        yield Air(
            t_ms=t_ms,
            co2_ppm=cells.number("co2_ppm"),
            temperature_c=cells.number("temperature_c"),
            humidity=cells.number("humidity"),
            lux=cells.number("lux"),
            flow_l_s=cells.number("flow_l_s"),
        )


def _token(cells: Cells) -> str:
    return digest_of(cells.text("token"))


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was read, seen or said"),
        Column(name="co2_ppm", words="of the room's air", required=False),
        Column(name="temperature_c", words="of the room's air, °C", required=False),
        Column(name="humidity", words="of the room's air, %", required=False),
        Column(name="lux", words="illuminance where people work", required=False),
        Column(name="flow_l_s", words="what the fan brings in from outside", required=False),
        Column(name="door", words="a look at the door: 1 or 0, open or shut", required=False),
        Column(name="exit", words="1 or 0: somebody asks to go out", required=False),
        Column(name="fire", words="1 or 0: the fire alarm", required=False),
        Column(name="reset", words="1: a person resets after an alarm", required=False),
        Column(name="token", words="random, 16 characters or more; never a name", required=False),
        Column(
            name="consent_h", words="its holder consents for so long; 0 ends it", required=False
        ),
        Column(name="passages", words="total of the door's own counter", required=False),
    ),
    read=_read,
    curves=(
        Curve(
            name="CO2",
            panel="ppm",
            value=lambda _, reading: reading.co2_ppm if isinstance(reading, Air) else None,
        ),
        Curve(
            name="air outside (learnt)",
            panel="ppm",
            value=lambda state, reading: (
                outdoor_ppm(state.settings.rules, state.sensing)
                if isinstance(reading, Air)
                else None
            ),
        ),
        Curve(
            name="somebody there (0.5: not known)",
            panel="0 or 1",
            value=lambda state, _: LEVELS[state.sensing.presence],
            steps=True,
        ),
        Curve(name="fresh air", panel="l/s", value=lambda state, _: state.flow_l_s, steps=True),
    ),
    example="""
time,co2_ppm,temperature_c,humidity,lux,door,exit,fire,token,consent_h,passages
2026-06-01T07:30:00Z,430,20.0,40,300,,,,,,
2026-06-01T07:35:00Z,431,20.0,40,300,,,,,,
2026-06-01T07:40:00Z,429,20.0,40,300,,,,,,
2026-06-01T07:58:00Z,,,,,,,,5f2c9a1be07d4463,8,
2026-06-01T08:00:00Z,,,,,0,0,0,,,65530
2026-06-01T08:00:02Z,,,,,0,0,0,,,65530
2026-06-01T08:00:04Z,,,,,0,0,0,5f2c9a1be07d4463,,65530
2026-06-01T08:00:06Z,,,,,1,0,0,,,65534
2026-06-01T08:00:10Z,,,,,0,0,0,,,65534
2026-06-01T08:00:12Z,,,,,0,0,0,00000000000000000,,1
2026-06-01T08:00:14Z,,,,,0,1,0,,,1
2026-06-01T08:00:16Z,,,,,0,,0,,,1
2026-06-01T08:05:00Z,470,20.2,41,320,,,,,,
2026-06-01T08:10:00Z,520,20.4,42,320,,,,,,
2026-06-01T08:15:00Z,575,20.6,42,320,,,,,,
2026-06-01T08:20:00Z,0,20.6,42,320,,,,,,
2026-06-01T08:25:00Z,0,69.0,42,320,,,,,,
2026-06-01T08:30:00Z,640,20.7,42,320,,,,,,
2026-06-01T08:35:00Z,690,20.7,42,320,,,,,,
2026-06-01T08:40:00Z,735,20.8,42,320,,,,,,
2026-06-01T08:45:00Z,690,20.8,42,320,,,,,,
2026-06-01T08:50:00Z,650,20.8,42,320,,,,,,
2026-06-01T08:55:00Z,612,20.8,42,320,,,,,,
2026-06-02T00:00:10Z,430,20.0,40,0,,,,,,
""",
)
