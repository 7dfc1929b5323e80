from edgekit.systems.building import Settings, begin, step
from edgekit.systems.building_occupancy import Air

state = begin(Settings(area_m2=25, seats=4))
for minute in range(120):
    somebody = max(0, minute - 60)
    air = Air(t_ms=minute * 60_000, co2_ppm=430 + 8 * somebody, temperature_c=21, humidity=40)
    state, decisions = step(state, air)
    for decision in decisions:
        print(decision.what, "-", decision.reason)
