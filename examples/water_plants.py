from edgekit.systems.irrigation import Settings, Tick, begin, step
from edgekit.systems.irrigation_weather import Weather

state = begin(Settings())
for day in range(1, 3):
    midnight = 1_780_272_000_000 + day * 86_400_000
    hot = Weather(t_ms=midnight, low_c=16 + day, high_c=31, radiation_mj=25 + day, wind_m_s=2 + day)
    state, decisions = step(state, hot)
    print(decisions[-1].reason)
state, decisions = step(state, Tick(t_ms=midnight + 60_000))
print(*(decision.command for decision in decisions))
