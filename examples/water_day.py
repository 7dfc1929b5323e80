from edgekit.systems.register import Total
from edgekit.systems.water import Settings, begin, step

state = begin(Settings(modulus=100_000))
start_ms = 1_780_272_000_000  # midnight
for hour, total in enumerate([99_950, 99_970, None, 5, 5, 20, *range(20, 100, 4)]):
    state, decisions = step(state, Total(t_ms=start_ms + hour * 3_600_000, total=total))
    for decision in decisions:
        print(decision.reason)
