from edgekit.systems.drowsiness import begin, step
from edgekit.systems.drowsiness_blinks import Eye
from edgekit.systems.drowsiness_state import Baseline, Enrol, Frame, Settings

kept = Baseline(eye=Eye(open_ear=0.31, closed_ear=0.13))
state, _ = step(begin(Settings()), Enrol(t_ms=0, baseline=kept))
ratios = [0.30, 0.31] * 15 + [0.14, 0.13] * 20
for number, ear in enumerate(ratios, 1):
    state, decisions = step(state, Frame(t_ms=number * 50, ear=ear))
    for decision in decisions:
        print(decision.reason)
