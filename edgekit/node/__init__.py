"""The eye, the clerk, the herald and their supervisor: the one place that wires the rooms.

``processes`` starts and watches them, ``walls`` seals them and looks at the seals, ``service``
makes units and users of them; ``keeping`` is what the clerk keeps. ``page``, ``steward`` and
``lamp`` are processes of their own. ``redacting``, ``pictures`` and ``handcount`` are for people
who work without walls.
"""
