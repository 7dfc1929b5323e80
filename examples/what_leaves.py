"""What leaves of the numbers of the city's systems, by whom each is about."""

from edgekit.privacy.profile import released_of
from edgekit.records import Profile
from edgekit.systems.outputs import outputs_of

for name in ("water", "air", "fire"):
    for output in outputs_of(name):
        public = released_of(Profile.SDC_10_5, output.measure, 123)
        home = released_of(Profile.HOME, output.measure, 123)
        print(f"{output.metric:14} {output.sensitivity:12} public {public}, home {home}")
