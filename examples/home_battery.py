from edgekit.systems.home_energy import begin, step
from edgekit.systems.home_energy_state import Offer, Power, Price, Settings

hour = 3_600_000
state = begin(Settings(carbon_weight=0))
evening = range(17, 21)
for n in range(96):
    dear = n % 24 in evening
    price = Price(start_ms=n * hour, end_ms=(n + 1) * hour, price_kwh=0.5 if dear else 0.2)
    state, _ = step(state, Offer(t_ms=0, price=price))
for n in range(90):
    load_kw = 1.8 if n % 24 in evening else 0.4 + n % 5 / 50
    state, decisions = step(state, Power(t_ms=n * hour, load_kw=load_kw))
print(decisions[-1].what, decisions[-1].reason)
