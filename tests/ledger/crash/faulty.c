/* Fails, tears or kills at the n-th step that touches a file below one folder. For LD_PRELOAD.
 *
 * fault_arm(folder, n, how) from the program under test: how 0 fails the step as a broken disk does (EIO),
 * 1 as a full one (ENOSPC, after half of a write), 2 kills the process before the step, 3 kills it
 * after half of the write. fault_left() tells how many steps were still to come.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { BROKEN, FULL, KILLED, TORN };

static char folder[4096];
static long left = 0;
static int how = BROKEN;

void fault_arm(const char *where, long n, int way) {
    strncpy(folder, where, sizeof folder - 1);
    left = n;
    how = way;
}

long fault_left(void) { return left; }

static int below(const char *path) { return folder[0] && strncmp(path, folder, strlen(folder)) == 0; }

static int ours(int fd) {
    char name[64], path[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return below(path);
}

/* Whether this step is the one; never returns where it is the last. */
static int now(void) {
    if (left <= 0 || --left > 0) return 0;
    if (how == KILLED) kill(getpid(), SIGKILL);
    return 1;
}

static int failed(void) {
    errno = how == FULL ? ENOSPC : EIO;
    return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static ssize_t half(int fd, const void *data, size_t size, off64_t at, int placed) {
    size_t part = size / 2;
    if (how != BROKEN && part) {
        if (placed) REAL(pwrite64)(fd, data, part, at);
        else REAL(write)(fd, data, part);
    }
    if (how == TORN) kill(getpid(), SIGKILL);
    return failed();
}

ssize_t write(int fd, const void *data, size_t size) {
    if (ours(fd) && now()) return half(fd, data, size, 0, 0);
    return REAL(write)(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    if (ours(fd) && now()) return half(fd, data, size, at, 1);
    return REAL(pwrite64)(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

#define STEP(type, name, params, args, mine)                                                       \
    type name params {                                                                             \
        if ((mine) && now()) {                                                                     \
            if (how == TORN) kill(getpid(), SIGKILL);                                              \
            return failed();                                                                       \
        }                                                                                          \
        return REAL(name) args;                                                                    \
    }

STEP(int, fsync, (int fd), (fd), ours(fd))
STEP(int, fdatasync, (int fd), (fd), ours(fd))
STEP(int, ftruncate, (int fd, off_t size), (fd, size), ours(fd))
STEP(int, ftruncate64, (int fd, off64_t size), (fd, size), ours(fd))
STEP(int, rename, (const char *old, const char *new), (old, new), below(old))
STEP(int, unlink, (const char *path), (path), below(path))
