"""A contact that closes once a unit (reed, S0): its bounce is taken off, each closing counts once.

    contact, closings, bounced = settle(contact, Edge(t_ms=t_ms, closed=True), settle_ms=10)

An S0 pulse and the pause after it last at least 30 ms (EN 62053-31), a reed bounces for less than
10 ms: a level counts when it has lasted for ``settle_ms``.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A change of the contact. ``closed`` None is no change, only time that has passed."""

    t_ms: int
    closed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is known of a contact; begins as ``Contact()``, open.

    ``closed`` is the level that counts, ``raw`` the last one seen, since ``since_ms``; ``count``
    is the closings so far.
    """

    closed: bool = False
    raw: bool = False
    since_ms: int = 0
    count: int = 0


def settle(contact: Contact, edge: Edge, *, settle_ms: int) -> tuple[Contact, int, bool]:
    """Take one edge; return the contact, how often it closed, and whether it bounced."""
    lasted = edge.t_ms - contact.since_ms >= settle_ms
    changed = contact.raw != contact.closed
    closings = int(changed and lasted and contact.raw)
    if changed and lasted:
        contact = replace(contact, closed=contact.raw, count=contact.count + closings)
    if edge.closed is None or edge.closed == contact.raw:
        return contact, closings, False
    bounced = edge.closed == contact.closed  # back before it had lasted
    return replace(contact, raw=edge.closed, since_ms=edge.t_ms), closings, bounced
