/* Makes the file system fail, or the process die, at its Nth call of a kind. Loaded before libc with LD_PRELOAD.
 *
 * FAIL_CALLS  which calls count: letters of o (open to write), w (write), r (read), s (sync), n (rename or link), m (make a folder),
 *             u (unlink), t (truncate)
 * FAIL_AT     the number of the call that fails, from 1; 0 counts and fails none
 * FAIL_ERRNO  what it fails with; 0 kills the process instead, before the call
 * FAIL_LASTS  if set, all later calls fail too, as on a full disk
 * FAIL_UNDER  only paths that begin so
 * FAIL_COUNT  a file that gets the number of calls, as the process ends
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int counted;
static const char *calls, *under, *count_file;
static int at, error, lasts;

__attribute__((constructor)) static void begin(void) {
    calls = getenv("FAIL_CALLS");
    under = getenv("FAIL_UNDER");
    count_file = getenv("FAIL_COUNT");
    at = getenv("FAIL_AT") ? atoi(getenv("FAIL_AT")) : 0;
    error = getenv("FAIL_ERRNO") ? atoi(getenv("FAIL_ERRNO")) : EIO;
    lasts = getenv("FAIL_LASTS") != NULL;
}

__attribute__((destructor)) static void end(void) {
    if (!count_file) return;
    FILE *(*real)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");
    FILE *file = real(count_file, "w");
    if (file) {
        fprintf(file, "%d\n", atomic_load(&counted));
        fclose(file);
    }
}

/* Whether this call fails; sets errno. */
static int fails(char kind, const char *path) {
    if (!calls || !strchr(calls, kind) || !path || (under && strncmp(path, under, strlen(under)) != 0)) return 0;
    int number = atomic_fetch_add(&counted, 1) + 1;
    if (at == 0 || number < at || (number > at && !lasts)) return 0;
    if (error == 0) kill(getpid(), SIGKILL);
    errno = error;
    return 1;
}

static int fd_fails(char kind, int fd) {
    char link[64], path[PATH_MAX];
    if (!calls || !strchr(calls, kind)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return fails(kind, path);
}

/* A path as it is from the root, as far as its folder is known. */
static const char *whole(const char *path, char *room) {
    if (path[0] == '/') return path;
    if (!getcwd(room, PATH_MAX)) return path;
    size_t length = strlen(room);
    snprintf(room + length, PATH_MAX - length, "/%s", path);
    return room;
}

static int path_fails(char kind, const char *path) {
    char room[PATH_MAX];
    int before = errno;
    int found = fails(kind, whole(path, room));
    if (!found) errno = before;
    return found;
}

#define REAL(result, name, ...) static result (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, #name)
#define MODE(flags) mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *path, int flags, ...) { MODE(flags); REAL(int, open, const char *, int, ...); return (flags & (O_WRONLY | O_RDWR)) && path_fails('o', path) ? -1 : real(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags); REAL(int, open64, const char *, int, ...); return (flags & (O_WRONLY | O_RDWR)) && path_fails('o', path) ? -1 : real(path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE(flags); REAL(int, openat, int, const char *, int, ...); return (flags & (O_WRONLY | O_RDWR)) && path_fails('o', path) ? -1 : real(dir, path, flags, mode); }
ssize_t write(int fd, const void *bytes, size_t count) { REAL(ssize_t, write, int, const void *, size_t); return fd_fails('w', fd) ? -1 : real(fd, bytes, count); }
ssize_t writev(int fd, const struct iovec *parts, int count) { REAL(ssize_t, writev, int, const struct iovec *, int); return fd_fails('w', fd) ? -1 : real(fd, parts, count); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) { REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t); return fd_fails('w', fd) ? -1 : real(fd, bytes, count, offset); }
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t count, unsigned flags) { REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned); return fd_fails('w', out) ? -1 : real(in, from, out, to, count, flags); }
ssize_t read(int fd, void *bytes, size_t count) { REAL(ssize_t, read, int, void *, size_t); return fd_fails('r', fd) ? -1 : real(fd, bytes, count); }
ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset) { REAL(ssize_t, pread64, int, void *, size_t, off64_t); return fd_fails('r', fd) ? -1 : real(fd, bytes, count, offset); }
int fsync(int fd) { REAL(int, fsync, int); return fd_fails('s', fd) ? -1 : real(fd); }
int fdatasync(int fd) { REAL(int, fdatasync, int); return fd_fails('s', fd) ? -1 : real(fd); }
int ftruncate64(int fd, off64_t length) { REAL(int, ftruncate64, int, off64_t); return fd_fails('t', fd) ? -1 : real(fd, length); }
int rename(const char *from, const char *to) { REAL(int, rename, const char *, const char *); return path_fails('n', to) ? -1 : real(from, to); }
int link(const char *from, const char *to) { REAL(int, link, const char *, const char *); return path_fails('n', to) ? -1 : real(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) { REAL(int, linkat, int, const char *, int, const char *, int); return path_fails('n', to) ? -1 : real(a, from, b, to, flags); }
int mkdir(const char *path, mode_t mode) { REAL(int, mkdir, const char *, mode_t); return path_fails('m', path) ? -1 : real(path, mode); }
int unlink(const char *path) { REAL(int, unlink, const char *); return path_fails('u', path) ? -1 : real(path); }
