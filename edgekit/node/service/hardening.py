"""What systemd is asked to put around a process, as lines of a unit.

Source: systemd.exec(5), systemd.resource-control(5), capabilities(7), as of systemd 252.
"""

ALWAYS = """\
NoNewPrivileges=yes
LimitCORE=0
LimitMEMLOCK=infinity
MemorySwapMax=0
KeyringMode=private
ProtectSystem=strict
PrivateTmp=yes
PrivateIPC=yes
PrivateMounts=yes
ProtectProc=invisible
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
DevicePolicy=closed
RestrictRealtime=yes
RestrictSUIDSGID={suid}
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
"""

RIGHTLESS = "CapabilityBoundingSet=\nAmbientCapabilities="
OFFLINE = "PrivateNetwork=yes\nIPAddressDeny=any\nRestrictAddressFamilies=AF_UNIX"
NO_DEVICES = "PrivateDevices=yes"
OWN_WALLS = """\
RestrictNamespaces=user net mnt
SystemCallFilter=unshare mount umount2 seccomp
SystemCallFilter=landlock_create_ruleset landlock_add_rule landlock_restrict_self
SystemCallFilter=adjtimex clock_adjtime"""
"""Namespaces and mounting are what the processes put up their own walls with; adjtimex(2) tells
what the clock is worth, and sets nothing without a capability."""

LIBCAMERAS = ("video4linux", "media", "dma_heap")
"""Kinds of devices as /proc/devices names them."""

LOOKS_ON = """\
CapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
RestrictNamespaces=yes"""
"""To read in /proc what another user's process holds open; nothing else."""

HANDS_OVER = """\
CapabilityBoundingSet=CAP_CHOWN CAP_FOWNER CAP_FSETID CAP_DAC_OVERRIDE
RestrictNamespaces=yes"""
