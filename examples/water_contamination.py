import math

from edgekit.systems.water_quality import Sampled, Settings, begin, step

state = begin(Settings())
for number in range(300):
    ripple, foul = math.sin(number * 1.3), number in range(280, 290)
    values = (0.9 - 0.2 * foul + ripple / 99, 7.4 + ripple / 50, 0.3, None, 250 + 9 * foul + ripple)
    state, decisions = step(state, Sampled(t_ms=number * 1_200_000, values=values))
    for decision in decisions:
        print(decision.what, "-", decision.reason)
