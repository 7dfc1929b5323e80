import numpy as np

from edgekit.perception.sound import Ear, hear

ear = Ear.at(rate_hz=48_000, full_scale_db=120.0)
seconds = np.arange(4 * 48_000) / 48_000
ear, levels = hear(ear, 0.01 * np.sin(2 * np.pi * 1000 * seconds))
for level in levels:
    print(f"{level.leq_db:.1f} dB(A), at most {level.max_db:.1f}")
