from edgekit.systems.air import Air, Settings, begin, step

state = begin(Settings())
for number in range(20):
    reading = Air(t_ms=number * 600_000, pm2_5=9 + 2 * number, co2_ppm=500 + 30 * number)
    state, decisions = step(state, reading)
    for decision in decisions:
        print(decision.reason)
