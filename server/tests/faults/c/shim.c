/* Stands between a program and its C library (LD_PRELOAD) and plays a disk that fails. What it does is said in the
   environment:

     SHIM_NO_SYNC=1                       every sync succeeds and does nothing
     SHIM_BOOT                            a file that stands for the one by which Linux tells one run of the machine
                                          from another
     SHIM_CALL, SHIM_PATH, SHIM_NTH       the n-th call of a kind (`write`, `tear`, `sync`, `rename`) on a file whose path
                                          contains SHIM_PATH fails with EIO, once; `tear` writes about half before, up to the
                                          end of a sector where it writes in place, as disks do

   A failure is told on standard error as "shim: …", so that a test knows whether it came to it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int no_sync(void) {
    const char *no = getenv("SHIM_NO_SYNC");
    return no != NULL && *no == '1';
}

/* Whether this very call has to fail. */
static int struck(const char *call, const char *path) {
    static atomic_long calls;
    const char *kind = getenv("SHIM_CALL"), *part = getenv("SHIM_PATH"), *nth = getenv("SHIM_NTH");
    if (kind == NULL || part == NULL || nth == NULL) return 0;
    if (strcmp(kind, call) != 0 || strstr(path, part) == NULL) return 0;
    if (atomic_fetch_add(&calls, 1) + 1 != atol(nth)) return 0;
    dprintf(2, "shim: %s of %s fails\n", call, path);
    return 1;
}

static int struck_file(const char *call, int file) {
    char name[64], path[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return struck(call, path);
}

static int failed(void) {
    errno = EIO;
    return -1;
}

ssize_t write(int file, const void *bytes, size_t count) {
    if (file > 2) {
        if (struck_file("write", file)) return failed();
        if (struck_file("tear", file)) {
            if (NEXT(write)(file, bytes, count / 2) < 0) return -1;
            return failed();
        }
    }
    return NEXT(write)(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    if (struck_file("write", file)) return failed();
    if (struck_file("tear", file)) {
        off_t end = (at + (off_t)count / 2) / 512 * 512;
        if (end > at && NEXT(pwrite64)(file, bytes, (size_t)(end - at), at) < 0) return -1;
        return failed();
    }
    return NEXT(pwrite64)(file, bytes, count, at);
}

int fsync(int file) {
    if (struck_file("sync", file)) return failed();
    return no_sync() ? 0 : NEXT(fsync)(file);
}

int fdatasync(int file) {
    if (struck_file("sync", file)) return failed();
    return no_sync() ? 0 : NEXT(fdatasync)(file);
}

int sync_file_range(int file, off64_t from, off64_t count, unsigned flags) {
    if (struck_file("sync", file)) return failed();
    return no_sync() ? 0 : NEXT(sync_file_range)(file, from, count, flags);
}

int open64(const char *path, int flags, ...) {
    const char *boot = getenv("SHIM_BOOT");
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (boot != NULL && strcmp(path, "/proc/sys/kernel/random/boot_id") == 0) path = boot;
    return NEXT(open64)(path, flags, mode);
}

int rename(const char *from, const char *to) {
    if (struck("rename", to)) return failed();
    return NEXT(rename)(from, to);
}
