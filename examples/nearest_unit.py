from edgekit.systems.emergency import begin, step
from edgekit.systems.emergency_state import Alarm, Settings, Unit

state = begin(Settings(place="fairground"))
for name, x_m in (("medic-1", 0), ("medic-2", 60)):
    state, _ = step(state, Unit(t_ms=0, name=name, x_m=x_m, y_m=0, speed_m_s=1.5))
for name, x_m in (("hall", 40), ("gate", 90)):
    state, decisions = step(state, Alarm(t_ms=x_m, name=name, place=name, x_m=x_m, y_m=0))
    print(decisions[-1].reason)
