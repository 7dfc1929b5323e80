from edgekit.systems.fire import Sensed, Settings, begin, step

state = begin(Settings(place="storeroom, ground floor"))
for number in range(40):
    burning = max(0, number - 20)
    reading = Sensed(
        t_ms=number * 2000, temperature_c=21 + 0.2 * burning, smoke_per_m=0.006 * burning
    )
    state, decisions = step(state, reading)
    for decision in decisions:
        print(decision.what, "-", decision.reason)
