from edgekit.systems.tariff_plan import plan_jobs
from edgekit.systems.tariff_prices import Job, Retail, Slot, market_of

hour = 3_600_000
prices = [90, 140, 60, 20, 110, 130]
slots = [
    Slot(start_ms=n * hour, end_ms=(n + 1) * hour, price_mwh=price)
    for n, price in enumerate(prices)
]
washing = Job(name="washing", kw=2, run_ms=2 * hour, earliest_ms=0, deadline_ms=6 * hour)
start_ms = plan_jobs(market_of(slots, Retail(factor=1.19)), [washing], now_ms=0)[0]
print(f"washing starts in {(start_ms or 0) / hour:g} h")
