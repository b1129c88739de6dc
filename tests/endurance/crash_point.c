/* Preloaded into a program, it stops it with SIGKILL before one of the things it does to files.

   CRASH_BELOW  what is done to this folder and all below it counts; not set: nothing does
   CRASH_AT     the how-manieth is not done any more, 1 = the first; of a write one half is;
                0 or not set: all are done
   CRASH_LOG    a file that gets a line "what path" for each

   They are looked up each time, so that a program can set CRASH_BELOW when it comes to the part
   that is tested. Reading, chmod and close change no content and are left out; fclose writes what
   is still in memory. For 64-bit Linux, where open and open64 are the same.
*/

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define HERE AT_FDCWD
#define ALSO(name) __attribute__((alias(#name)))
#define SYSTEM(name, ...) syscall(SYS_##name, __VA_ARGS__)           /* past all wrappers */
#define LIBRARY(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))  /* what ours stands before */

typedef char Path[2 * PATH_MAX];

static void path_of(int handle, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, PATH_MAX);
    path[length < 0 ? 0 : length] = 0;
}

/* `name`, seen from the folder of a handle, as a path from the root. */
static void full(int folder, const char *name, char *path) {
    path[0] = 0;
    if (name[0] != '/') {
        if (folder != HERE)
            path_of(folder, path);
        else if (!getcwd(path, PATH_MAX))
            path[0] = 0;
        strcat(path, "/");
    }
    strncat(path, name, PATH_MAX - 2);
}

static int counts(const char *path) {
    const char *below = getenv("CRASH_BELOW");
    size_t length = below ? strlen(below) : 0;
    return length && !strncmp(path, below, length) && (path[length] == '/' || !path[length]);
}

static void note(const char *what, const char *path) {
    const char *name = getenv("CRASH_LOG");
    int handle = name ? SYSTEM(openat, HERE, name, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
    char line[sizeof(Path) + 16];
    int length = snprintf(line, sizeof line, "%s %s\n", what, path);
    if (handle >= 0 && SYSTEM(write, handle, line, length) == length)
        SYSTEM(close, handle);
}

/* Counts what is about to be done to the path. 1 = before this one it ends. */
static int due(const char *what, const char *path) {
    static int done;
    if (!counts(path))
        return 0;
    note(what, path);
    const char *at = getenv("CRASH_AT");
    return __atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST) == (at ? atoi(at) : 0);
}

static int due_at(const char *what, int handle) {
    Path path;
    path_of(handle, path);
    return due(what, path);
}

static void die(void) {
    for (;;)
        kill(getpid(), SIGKILL);
}

static void before(const char *what, int folder, const char *name) {
    Path path;
    full(folder, name, path);
    if (due(what, path))
        die();
}

/* ---- by name */

int openat(int folder, const char *name, int flags, ...) {
    va_list words;
    va_start(words, flags);
    int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(words, int) : 0;
    va_end(words);
    if (flags & (O_CREAT | O_TRUNC))
        before("open", folder, name);
    return SYSTEM(openat, folder, name, flags, mode);
}

int open(const char *name, int flags, ...) {
    va_list words;
    va_start(words, flags);
    int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(words, int) : 0;
    va_end(words);
    return openat(HERE, name, flags, mode);
}

FILE *fopen(const char *name, const char *mode) {
    if (mode[0] != 'r')
        before("open", HERE, name);
    return LIBRARY(fopen)(name, mode);
}

int renameat2(int folder, const char *old, int other, const char *name, unsigned flags) {
    before("rename", other, name);
    return SYSTEM(renameat2, folder, old, other, name, flags);
}

int renameat(int folder, const char *old, int other, const char *name) {
    return renameat2(folder, old, other, name, 0);
}

int rename(const char *old, const char *name) {
    return renameat2(HERE, old, HERE, name, 0);
}

int link(const char *old, const char *name) {
    before("link", HERE, name);
    return SYSTEM(linkat, HERE, old, HERE, name, 0);
}

int unlinkat(int folder, const char *name, int flags) {
    before("remove", folder, name);
    return SYSTEM(unlinkat, folder, name, flags);
}

int unlink(const char *name) {
    return unlinkat(HERE, name, 0);
}

int rmdir(const char *name) {
    return unlinkat(HERE, name, AT_REMOVEDIR);
}

int mkdirat(int folder, const char *name, mode_t mode) {
    before("mkdir", folder, name);
    return SYSTEM(mkdirat, folder, name, mode);
}

int mkdir(const char *name, mode_t mode) {
    return mkdirat(HERE, name, mode);
}

int open64(const char *name, int flags, ...) ALSO(open);
int openat64(int folder, const char *name, int flags, ...) ALSO(openat);
FILE *fopen64(const char *name, const char *mode) ALSO(fopen);

/* ---- by handle */

/* Defines `name`; when it is due, `half` is done in its place. */
#define BY_HANDLE(result, name, what, half, call, ...) \
    result name(int handle, ##__VA_ARGS__) { \
        if (due_at(what, handle)) { \
            half; \
            die(); \
        } \
        return call; \
    }

BY_HANDLE(ssize_t, write, "write", SYSTEM(write, handle, from, size / 2),
          SYSTEM(write, handle, from, size), const void *from, size_t size)
BY_HANDLE(ssize_t, pwrite, "write", SYSTEM(pwrite64, handle, from, size / 2, place),
          SYSTEM(pwrite64, handle, from, size, place), const void *from, size_t size, off_t place)
BY_HANDLE(ssize_t, writev, "write", SYSTEM(writev, handle, parts, count / 2),
          SYSTEM(writev, handle, parts, count), const struct iovec *parts, int count)
BY_HANDLE(int, ftruncate, "truncate", , SYSTEM(ftruncate, handle, size), off_t size)
BY_HANDLE(int, fsync, "sync", , SYSTEM(fsync, handle))
BY_HANDLE(int, fdatasync, "sync", , SYSTEM(fdatasync, handle))

ssize_t pwrite64(int handle, const void *from, size_t size, off64_t place) ALSO(pwrite);
int ftruncate64(int handle, off64_t size) ALSO(ftruncate);

size_t fwrite(const void *from, size_t size, size_t count, FILE *file) {
    if (due_at("write", fileno(file))) {
        LIBRARY(fwrite)(from, 1, size * count / 2, file);
        LIBRARY(fflush)(file);
        die();
    }
    return LIBRARY(fwrite)(from, size, count, file);
}

int fclose(FILE *file) {
    if (due_at("close", fileno(file)))
        die();
    return LIBRARY(fclose)(file);
}
