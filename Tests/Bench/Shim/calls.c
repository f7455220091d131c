// Counts what a process asks of the kernel and of the allocator (LD_PRELOAD), in words of a shared page that another
// process reads. Not seen is what libc calls within itself: waiting for a contended mutex, growing its heap.
//
// With ONLY_FLUSHES defined it stands in the way of nothing else, so that a run may be timed meanwhile.
//
// CONDUCTOR_COUNTS   the page: one word of 64 bits for each kind, in the order that CallCounts.swift knows
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { FLUSH, READ, WRITE, POSITIONED_READ, POSITIONED_WRITE, POLL, LOCK, WAKE, RANDOM, FILES, MEMORY, OTHER,
            ALLOCATIONS, ALLOCATED_BYTES, KINDS };

static uint64_t ignored[KINDS], *counts = ignored;

static void add(enum kind kind, uint64_t count) { __atomic_add_fetch(&counts[kind], count, __ATOMIC_RELAXED); }

#define REAL(name)                                                                                                     \
    static __typeof__(&name) real;                                                                                     \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define COUNT(kind, result, name, parameters, ...)                                                                     \
    result name parameters {                                                                                           \
        REAL(name);                                                                                                    \
        add(kind, 1);                                                                                                  \
        return real(__VA_ARGS__);                                                                                      \
    }

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CONDUCTOR_COUNTS");
    int descriptor = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (descriptor < 0) return;
    void *page = mmap(NULL, sizeof ignored, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (page == MAP_FAILED) abort();
    close(descriptor);
    counts = page;
}

COUNT(FLUSH, int, fsync, (int fd), fd)
COUNT(FLUSH, int, fdatasync, (int fd), fd)
COUNT(FLUSH, int, sync_file_range, (int fd, off64_t o, off64_t n, unsigned f), fd, o, n, f)
COUNT(FLUSH, int, msync, (void *p, size_t n, int f), p, n, f)

#ifndef ONLY_FLUSHES
COUNT(READ, ssize_t, read, (int fd, void *p, size_t n), fd, p, n)
COUNT(READ, ssize_t, readv, (int fd, const struct iovec *v, int n), fd, v, n)
COUNT(READ, ssize_t, recv, (int fd, void *p, size_t n, int f), fd, p, n, f)
COUNT(READ, ssize_t, recvfrom, (int fd, void *p, size_t n, int f, __SOCKADDR_ARG a, socklen_t *l), fd, p, n, f, a, l)
COUNT(READ, ssize_t, recvmsg, (int fd, struct msghdr *m, int f), fd, m, f)

COUNT(WRITE, ssize_t, write, (int fd, const void *p, size_t n), fd, p, n)
COUNT(WRITE, ssize_t, writev, (int fd, const struct iovec *v, int n), fd, v, n)
COUNT(WRITE, ssize_t, send, (int fd, const void *p, size_t n, int f), fd, p, n, f)
COUNT(WRITE, ssize_t, sendto, (int fd, const void *p, size_t n, int f, __CONST_SOCKADDR_ARG a, socklen_t l), fd, p, n,
      f, a, l)
COUNT(WRITE, ssize_t, sendmsg, (int fd, const struct msghdr *m, int f), fd, m, f)

COUNT(POSITIONED_READ, ssize_t, pread, (int fd, void *p, size_t n, off_t o), fd, p, n, o)
COUNT(POSITIONED_READ, ssize_t, pread64, (int fd, void *p, size_t n, off64_t o), fd, p, n, o)
COUNT(POSITIONED_WRITE, ssize_t, pwrite, (int fd, const void *p, size_t n, off_t o), fd, p, n, o)
COUNT(POSITIONED_WRITE, ssize_t, pwrite64, (int fd, const void *p, size_t n, off64_t o), fd, p, n, o)
COUNT(POSITIONED_WRITE, ssize_t, pwritev, (int fd, const struct iovec *v, int n, off_t o), fd, v, n, o)
COUNT(POSITIONED_WRITE, ssize_t, pwritev64, (int fd, const struct iovec *v, int n, off64_t o), fd, v, n, o)

COUNT(POLL, int, epoll_wait, (int fd, struct epoll_event *e, int n, int t), fd, e, n, t)
COUNT(POLL, int, epoll_ctl, (int fd, int o, int d, struct epoll_event *e), fd, o, d, e)

COUNT(RANDOM, ssize_t, getrandom, (void *p, size_t n, unsigned f), p, n, f)
COUNT(RANDOM, int, getentropy, (void *p, size_t n), p, n)

COUNT(FILES, int, ftruncate, (int fd, off_t n), fd, n)
COUNT(FILES, int, ftruncate64, (int fd, off64_t n), fd, n)
COUNT(FILES, int, fallocate, (int fd, int m, off_t o, off_t n), fd, m, o, n)
COUNT(FILES, int, fallocate64, (int fd, int m, off64_t o, off64_t n), fd, m, o, n)
COUNT(FILES, int, fstat, (int fd, struct stat *s), fd, s)
COUNT(FILES, int, fstat64, (int fd, struct stat64 *s), fd, s)
COUNT(FILES, int, stat, (const char *p, struct stat *s), p, s)
COUNT(FILES, int, stat64, (const char *p, struct stat64 *s), p, s)
COUNT(FILES, int, access, (const char *p, int m), p, m)
COUNT(FILES, int, unlink, (const char *p), p)
COUNT(FILES, int, close, (int fd), fd)

COUNT(MEMORY, void *, mmap, (void *p, size_t n, int a, int f, int fd, off_t o), p, n, a, f, fd, o)
COUNT(MEMORY, void *, mmap64, (void *p, size_t n, int a, int f, int fd, off64_t o), p, n, a, f, fd, o)
COUNT(MEMORY, int, munmap, (void *p, size_t n), p, n)
COUNT(MEMORY, int, madvise, (void *p, size_t n, int a), p, n, a)

#define LAST_ARGUMENT(type, after)                                                                                     \
    va_list list;                                                                                                      \
    va_start(list, after);                                                                                             \
    type argument = va_arg(list, type);                                                                                \
    va_end(list)

int open(const char *path, int flags, ...) {
    REAL(open);
    LAST_ARGUMENT(int, flags);
    add(FILES, 1);
    return real(path, flags, argument);
}
int open64(const char *path, int flags, ...) {
    REAL(open64);
    LAST_ARGUMENT(int, flags);
    add(FILES, 1);
    return real(path, flags, argument);
}
int fcntl(int fd, int command, ...) {
    REAL(fcntl);
    LAST_ARGUMENT(void *, command);
    add(LOCK, 1);
    return real(fd, command, argument);
}
int fcntl64(int fd, int command, ...) {
    REAL(fcntl64);
    LAST_ARGUMENT(void *, command);
    add(LOCK, 1);
    return real(fd, command, argument);
}
long syscall(long number, ...) {
    REAL(syscall);
    va_list list;
    long a[6];
    va_start(list, number);
    for (int index = 0; index < 6; index++) a[index] = va_arg(list, long);
    va_end(list);
    add(number == SYS_futex ? WAKE : number == SYS_getrandom ? RANDOM : OTHER, 1);
    return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

// The allocator's own names, because dlsym itself allocates.
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);

static void allocated(size_t size) {
    add(ALLOCATIONS, 1);
    add(ALLOCATED_BYTES, size);
}
void *malloc(size_t size) {
    allocated(size);
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    allocated(count * size);
    return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    allocated(size);
    return __libc_realloc(old, size);
}
void *memalign(size_t alignment, size_t size) {
    allocated(size);
    return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
    *result = memalign(alignment, size);
    return *result ? 0 : 12;
}
#endif
