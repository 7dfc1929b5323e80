"""The eye, the clerk, the herald and their supervisor: the one place that wires the rooms.

``processes`` starts and watches them, ``walls`` seals them and looks at the seals, ``service``
makes units and users of them. ``sensing`` is the eye's own, ``clerking`` and ``keeping`` are the
clerk's (who may look, and what is kept), ``handing`` is the herald's. ``page``, ``steward`` and
``lamp`` are processes of their own. ``redacting``, ``pictures``, ``handcount`` and ``trying`` are
for people who work without walls.
"""
