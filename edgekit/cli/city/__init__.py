"""The city's systems on the command line: one file each, which reads the system's own CSV.

What lies here is what ``edgekit systems list`` shows: each module holds an ``ADAPTER``.
"""
