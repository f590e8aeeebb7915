/* A disk that fails: loaded by LD_PRELOAD, it fails the n-th call that changes a file below a directory.
 *
 *   YUNQUE_IO_BELOW   the directory
 *   YUNQUE_IO_NTH     which call, from 1, of write pwrite writev ftruncate fsync fdatasync taken together
 *   YUNQUE_IO_MODE    once: that one alone; ever: that one and all that follow; torn: as ever, but half of that one
 *                     reaches the file
 *   YUNQUE_IO_ERROR   the errno
 *   YUNQUE_IO_MET     a file that gets one line, the name of the call, when the fault is met; it lies elsewhere
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int is_below(int fd, const char *below) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t wanted = strlen(below);
    return length > (ssize_t)wanted && strncmp(path, below, wanted) == 0 && path[wanted] == '/';
}

static void tell(const char *name) {
    const char *met = getenv("YUNQUE_IO_MET");
    if (!met) return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, met, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd < 0) return;
    syscall(SYS_write, fd, name, strlen(name));
    syscall(SYS_close, fd);
}

/* 0: let it pass; 1: fail; 2: let half of it pass, then fail. */
static int verdict(int fd, const char *name) {
    const char *below = getenv("YUNQUE_IO_BELOW"), *nth = getenv("YUNQUE_IO_NTH");
    if (!below || !nth || !is_below(fd, below)) return 0;
    const char *mode = getenv("YUNQUE_IO_MODE"), *error = getenv("YUNQUE_IO_ERROR");
    long n = atomic_fetch_add(&calls, 1) + 1, target = atol(nth);
    int is_once = mode && strcmp(mode, "once") == 0, is_torn = mode && strcmp(mode, "torn") == 0;
    if (n < target || (is_once && n > target)) return 0;
    if (n == target) tell(name);
    errno = error ? atoi(error) : EIO;
    return is_torn && n == target ? 2 : 1;
}

/* What is left of the call after the verdict: the raw system call, with errno set by it. */
#define OR_FAIL(fd, name, whole, half)                                                                                 \
    int kept = errno;                                                                                                  \
    switch (verdict(fd, name)) {                                                                                       \
    case 1: return -1;                                                                                                 \
    case 2: {                                                                                                          \
        int error = errno;                                                                                             \
        (void)!(half);                                                                                                 \
        errno = error;                                                                                                 \
        return -1;                                                                                                     \
    }                                                                                                                  \
    default: errno = kept; return whole;                                                                               \
    }

ssize_t write(int fd, const void *from, size_t count) {
    OR_FAIL(fd, "write", syscall(SYS_write, fd, from, count), syscall(SYS_write, fd, from, count / 2))
}

ssize_t pwrite(int fd, const void *from, size_t count, off_t at) {
    OR_FAIL(fd, "pwrite", syscall(SYS_pwrite64, fd, from, count, at), syscall(SYS_pwrite64, fd, from, count / 2, at))
}

ssize_t pwrite64(int fd, const void *from, size_t count, off_t at) {
    OR_FAIL(fd, "pwrite", syscall(SYS_pwrite64, fd, from, count, at), syscall(SYS_pwrite64, fd, from, count / 2, at))
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    OR_FAIL(fd, "writev", syscall(SYS_writev, fd, parts, count), syscall(SYS_writev, fd, parts, count / 2))
}

int ftruncate(int fd, off_t length) {
    OR_FAIL(fd, "ftruncate", (int)syscall(SYS_ftruncate, fd, length), 0)
}

int ftruncate64(int fd, off_t length) {
    OR_FAIL(fd, "ftruncate", (int)syscall(SYS_ftruncate, fd, length), 0)
}

int fsync(int fd) {
    OR_FAIL(fd, "fsync", (int)syscall(SYS_fsync, fd), 0)
}

int fdatasync(int fd) {
    OR_FAIL(fd, "fdatasync", (int)syscall(SYS_fdatasync, fd), 0)
}
