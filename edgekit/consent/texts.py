"""The words of the notice: one table a language, all with the same keys."""

from collections.abc import Mapping

from edgekit.errors import ConfigError

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "This camera counts.",
        "subtitle": "It keeps no picture of you.",
        "page_title": "The camera at {place}",
        "counts": "What it counts",
        "sensed": "A camera looks at {place}. It counts:",
        "line.each": "how many {what} cross the line “{name}”, each way",
        "line.in": "how many {what} cross the line “{name}”, one way",
        "line.out": "how many {what} cross the line “{name}”, the other way",
        "line.total": "how many {what} cross the line “{name}”",
        "class.person": "people",
        "class.bicycle": "bicycles",
        "class.car": "cars",
        "class.motorcycle": "motorcycles",
        "class.bus": "buses",
        "class.truck": "trucks",
        "and": "{some} and {last}",
        "zone.people": "how many people are in the zone “{name}”",
        "zone.density": "how crowded the zone “{name}” is: people for each 100 m² of ground",
        "zone.queue": "how many people stand in the zone “{name}”",
        "zone.wait": "how long people wait in the zone “{name}”, on average",
        "zone.dwell": "how long people stay in the zone “{name}”: how many of them, in five "
        "classes of time",
        "zone.heat": "which parts of the zone “{name}” people go to, on a grid of four by three",
        "room.people": "how many people are in the room “{name}”, from who passes its doors",
        "short.line": "how many {what} cross lines",
        "short.people": "how many people are in zones",
        "short.density": "how crowded zones are",
        "short.queue": "how many people stand in them",
        "short.wait": "how long they wait",
        "short.dwell": "how long they stay",
        "short.heat": "which parts they go to",
        "short.room": "how many people are in rooms",
        "short.light": "how bright it is",
        "light.illuminance": "how bright it is",
        "why": "What for",
        "pictures": "What happens to the pictures",
        "pictures.none": "No picture of you is kept. Each is looked at once and forgotten at once.",
        "pictures.nobody": "The camera does not recognise, follow or rate anybody.",
        "pictures.covered": "The device can show its view with the people in it covered.",
        "leaves": "What leaves",
        "leaves.local": "Nothing. The numbers stay on the device.",
        "leaves.lamp": "A lamp is brighter while somebody is there: whoever looks at it can tell.",
        "leaves.numbers": "Only the numbers, {every}, to:",
        "leaves.sdc-10-5": "A count below 10 is never given out. Other counts are rounded to 5.",
        "leaves.sdc-10-5.wait": "Waiting times are given out as a mean, and only where 10 or more "
        "have waited.",
        "leaves.sdc-10-5.room": "Once a day it is noted that the number of a room was set right.",
        "leaves.dp": "To every count a random number is added before it is given out, so that "
        "nobody can tell from it whether one person more or less came by.",
        "leaves.bands": "Only a wide range is given out: 0 to 9, 10 to 19, 20 to 39, 40 to 79, and "
        "so on.",
        "leaves.bands.room": "Once a day it is noted that the number of a room was set right.",
        "leaves.home.wait": "Waiting times are given out as a mean.",
        "leaves.home.room": "Each time the number of a room is set right, that is noted.",
        "leaves.home": "The numbers are exact.",
        "leaves.made": "A number is made {every}.",
        "who": "Who answers for it",
        "who.contact": "{name}: {contact}",
        "until": "How long",
        "until.day": "It may count until {day} (UTC). After that it stops by itself.",
        "until.hours": "It sees only from {hours}.",
        "until.numbers": "The numbers are kept for {time}.",
        "rights": "If you do not want this",
        "rights.object": "You can object, without giving a reason: {objection}.",
        "rights.ask": "You can ask what is known about you. The answer is: nothing. The numbers "
        "do not say who anybody was.",
        "rights.complain": "You can complain to: {authority}.",
        "number": "Number of this notice",
        "scan": "The whole notice",
        "scan.contact": "How to object",
        "law": "What the law asks us to say",
        "law.source": "General Data Protection Regulation, article 13",
        "law.controller": "Controller",
        "law.dpo": "Data protection officer",
        "law.dpo.none": "None has been appointed.",
        "law.purposes": "Purposes",
        "law.basis": "Legal basis",
        "law.basis.A6-1-e": "A task in the public interest (article 6(1)(e)).",
        "law.basis.A6-1-f": "Legitimate interests (article 6(1)(f)).",
        "law.basis.household": "One's own home, seen by those who live there (article 2(2)(c)).",
        "law.interests": "Legitimate interests",
        "law.data": "Data",
        "law.data.text": "Pictures of people, for a moment, in the memory of the device. "
        "What remains are numbers, which are about nobody in particular.",
        "law.recipients": "Recipients",
        "law.recipients.none": "Nobody. Nothing leaves the device.",
        "law.processor": "Processor",
        "law.processor.none": "None.",
        "law.transfer": "Transfer to other countries",
        "law.transfer.text": "No personal data is sent anywhere.",
        "law.retention": "Retention",
        "law.retention.text": "Pictures: not at all. Numbers: {time}.",
        "law.rights": "Your rights",
        "law.rights.text": "Access, rectification, erasure, restriction and objection (articles 15 "
        "to 18 and 21). As no picture is kept and the numbers name nobody, there is nothing that "
        "could be found, corrected or erased. An objection works: {objection}.",
        "law.consent": "Withdrawing consent",
        "law.consent.text": "This does not rest on your consent, so there is none to withdraw.",
        "law.complaint": "Complaint",
        "law.complaint.none": "The data protection authority of your country.",
        "law.obligation": "Must you be counted?",
        "law.obligation.text": "No law or contract obliges you. Nothing happens to you if you "
        "take another way.",
        "law.automated": "Automated decisions about you",
        "law.automated.text": "None, and no profile of you.",
        "law.impact": "Impact assessment",
        "law.impact.none": "Not needed: {reason}.",
        "every.s": "every {n} seconds",
        "every.1s": "every second",
        "every.min": "every {n} minutes",
        "every.1min": "every minute",
        "every.h": "every {n} hours",
        "every.1h": "every hour",
        "every.1d": "every day",
        "time.1Y": "1 year",
        "time.Y": "{n} years",
        "time.1M": "1 month",
        "time.M": "{n} months",
        "time.1D": "1 day",
        "time.D": "{n} days",
    },
}


def texts_of(locale: str) -> Mapping[str, str]:
    """Return the words of a language; ConfigError where there are none."""
    if locale not in TEXTS:
        raise ConfigError(
            f"no texts in {locale!r}: expected {' or '.join(sorted(TEXTS))}",
            hint="a language is one more table in edgekit/consent/texts.py",
        )
    return TEXTS[locale]


def every(texts: Mapping[str, str], window_s: int) -> str:
    """Return how often, in words."""
    for unit, length_s in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if window_s == length_s:
            return texts[f"every.1{unit}"]
        if window_s % length_s == 0:
            return texts[f"every.{unit}"].format(n=window_s // length_s)
    return texts["every.1s" if window_s == 1 else "every.s"].format(n=window_s)


def lasting(texts: Mapping[str, str], duration: str) -> str:
    """Return a duration like P1Y6M in words."""
    words: list[str] = []
    number = ""
    for sign in duration.removeprefix("P"):
        if sign.isdigit():
            number += sign
            continue
        key = f"time.1{sign}" if int(number) == 1 else f"time.{sign}"
        words.append(texts[key].format(n=int(number)))
        number = ""
    return ", ".join(words)
