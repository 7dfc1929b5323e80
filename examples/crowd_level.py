from edgekit.systems.crowd import density, level_of_service
from edgekit.systems.crowd_state import Settings

place = Settings(area=(0, 4, 0, 2))
people = {1: (0.5, 0.5), 2: (1.5, 1.0), 3: (2.2, 0.4), 4: (3.1, 1.8), 5: (9.0, 9.0)}
now = density(place, people)
print(f"{now:.2f} people per m², level of service {level_of_service(now)}")
