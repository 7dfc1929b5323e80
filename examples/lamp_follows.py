"""A lamp follows people, by real firmware in an emulator: make firmware; python lamp_follows.py."""

from pathlib import Path
from tempfile import TemporaryDirectory

from edgekit import Zone, count
from edgekit.bridge.board import Bridge
from edgekit.bridge.outputs import Lamp
from edgekit.systems.street_light import begin, step
from edgekit.systems.street_light_state import Reading, Settings
from edgekit.testing.emulator import EmulatedBoard

crossing = Zone("crossing", ((280, 300), (360, 300), (360, 420), (280, 420)))
build = Path(__file__).parents[1] / "firmware_bridge" / "build"
state = begin(Settings(indoors=True, lux_fitted=False, hold_ms=1_000, fade_levels_per_s=60))
with TemporaryDirectory() as folder, EmulatedBoard.start(Path(folder), build) as board:
    with Bridge(f"serial:{board.port}") as bridge:
        lamp = Lamp(bridge)
        for seen in count("plaza:14", zones=[crossing]):
            state, decisions = step(state, Reading(t_ms=seen.t_ms, present=any(seen.occupancy)))
            if decisions:
                lamp.set(state.level, expires_s=3)
            if seen.t_ms // 1000 > (seen.t_ms - 67) // 1000:
                print(f"{seen.t_ms // 1000:4} s: {state.why}: {board.duty('B1'):.0%} at the pin")
    print("The program lets go: the command expires.")
