// Stands between conductord and the kernel (LD_PRELOAD) for calls on files below one folder: it counts them, makes
// chosen ones fail, and writes down what reached the disk in which order, so that a power cut can be played afterwards.
//
// CONDUCTOR_FAULTS_FOLDER   the folder
// CONDUCTOR_FAULTS_CONTROL  the shared page through which a test steers (struct control)
// CONDUCTOR_FAULTS_LOG      where the log of writes goes; none without it
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { OPEN = 1, READ = 2, WRITE = 4, SYNC = 8, TRUNCATE = 16, NAME = 32 };

// Words of 64 bits, in the order that FaultControl.swift knows.
struct control {
    uint64_t calls;       // of the chosen kinds, so far
    uint64_t first, last; // which of them fail, from 1; 0 for none
    uint64_t error;       // with which errno
    uint64_t kinds;       // the chosen kinds
    uint64_t forgetful;   // flushes succeed and keep nothing
    uint64_t failed;      // how many calls have failed
    uint64_t failed_kind; // the last of them
    uint64_t failed_on_log; // whether that was on the log of commits
    uint64_t logged;      // bytes in the log of writes
    uint64_t hanging;     // flushes of the log of commits wait until this is 0
};

enum record { FILE_OPENED = 1, FILE_CREATED, WRITTEN, TRUNCATED, FLUSHED, NAMES_FLUSHED, RENAMED, UNLINKED };

struct header {
    uint32_t record, file;
    uint64_t offset, length;
};

#define DESCRIPTORS 65536
#define FILES 4096
#define FOLDER (FILES + 1)

static struct control *control;
static char folder[PATH_MAX];
static int log_descriptor = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
// By descriptor: 0 for one that is not ours, else the file's number.
static uint32_t descriptors[DESCRIPTORS];
static char *paths[FILES + 1];
static uint32_t files;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CONDUCTOR_FAULTS_FOLDER"), *page = getenv("CONDUCTOR_FAULTS_CONTROL");
    if (!path || !page) return;
    snprintf(folder, sizeof folder, "%s", path);
    int descriptor = REAL(open)(page, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) abort();
    control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (control == MAP_FAILED) abort();
    REAL(close)(descriptor);
    const char *log = getenv("CONDUCTOR_FAULTS_LOG");
    if (log) log_descriptor = REAL(open)(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
    size_t length = strlen(folder);
    return control && path && strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static uint32_t file_of(int descriptor) {
    return control && descriptor >= 0 && descriptor < DESCRIPTORS ? descriptors[descriptor] : 0;
}

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

// Whether this call is to fail; errno is set then.
static int fails(enum kind kind, const char *path) {
    if (!(control->kinds & kind)) return 0;
    uint64_t call = __atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST);
    uint64_t first = __atomic_load_n(&control->first, __ATOMIC_SEQ_CST);
    if (first == 0 || call < first || call > __atomic_load_n(&control->last, __ATOMIC_SEQ_CST)) return 0;
    control->failed_kind = kind;
    control->failed_on_log = path && strstr(path, "/conductor.db-commits.") != NULL;
    __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
    errno = (int)control->error;
    return 1;
}

// A disk that is full takes what needs no room.
static int needs_no_room(int descriptor, off64_t end) {
    struct stat status;
    return control->error == ENOSPC && fstat(descriptor, &status) == 0 && end <= status.st_size;
}

static const char *path_of(uint32_t file) { return file > 0 && file <= FILES && paths[file] ? paths[file] : ""; }

static void put(const void *bytes, size_t count) {
    for (size_t done = 0; done < count;) {
        ssize_t written = REAL(write)(log_descriptor, (const char *)bytes + done, count - done);
        if (written <= 0) abort();
        done += (size_t)written;
    }
}

// To be called with `order` held. The index of SQLite's log (-shm) is memory, not disk.
static void note(enum record record, uint32_t file, uint64_t offset, uint64_t length, const void *bytes) {
    if (log_descriptor < 0 || ends_with(path_of(file), "-shm")) return;
    struct header header = {record, file, offset, length};
    put(&header, sizeof header);
    if (bytes) put(bytes, length);
    uint64_t size = sizeof header + (bytes ? length : 0);
    __atomic_add_fetch(&control->logged, size, __ATOMIC_SEQ_CST);
}

static uint32_t number_of(const char *path, int make) {
    for (uint32_t file = 1; file <= files; file++)
        if (paths[file] && strcmp(paths[file], path) == 0) return file;
    if (!make) return 0;
    if (files == FILES) abort();
    paths[++files] = strdup(path);
    return files;
}

static int opened(int descriptor, const char *path, int flags, int existed) {
    if (descriptor < 0 || descriptor >= DESCRIPTORS) return descriptor;
    struct stat status;
    pthread_mutex_lock(&order);
    if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        descriptors[descriptor] = FOLDER;
    } else {
        uint32_t file = number_of(path, 1);
        descriptors[descriptor] = file;
        note(existed ? FILE_OPENED : FILE_CREATED, file, 0, strlen(path), path);
        if (existed && (flags & O_TRUNC)) note(TRUNCATED, file, 0, 0, NULL);
    }
    pthread_mutex_unlock(&order);
    return descriptor;
}

static int open_any(const char *path, int flags, mode_t mode) {
    if (!is_ours(path)) return REAL(open)(path, flags, mode);
    if (fails(OPEN, path)) return -1;
    int existed = access(path, F_OK) == 0;
    return opened(REAL(open)(path, flags, mode), path, flags, existed);
}

static mode_t mode_of(int flags, va_list list) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return open_any(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return open_any(path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return path[0] == '/' ? open_any(path, flags, mode) : REAL(openat)(at, path, flags, mode);
}

int close(int descriptor) {
    if (file_of(descriptor)) descriptors[descriptor] = 0;
    return REAL(close)(descriptor);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
    uint32_t file = file_of(descriptor);
    if (file && fails(READ, path_of(file))) return -1;
    return REAL(read)(descriptor, bytes, count);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
    uint32_t file = file_of(descriptor);
    if (file && fails(READ, path_of(file))) return -1;
    return REAL(pread64)(descriptor, bytes, count, offset);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
    return pread64(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    uint32_t file = file_of(descriptor);
    if (!file) return REAL(pwrite64)(descriptor, bytes, count, offset);
    if (!needs_no_room(descriptor, offset + (off64_t)count) && fails(WRITE, path_of(file))) return -1;
    pthread_mutex_lock(&order);
    ssize_t written = REAL(pwrite64)(descriptor, bytes, count, offset);
    if (written > 0) note(WRITTEN, file, (uint64_t)offset, (uint64_t)written, bytes);
    pthread_mutex_unlock(&order);
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return pwrite64(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    uint32_t file = file_of(descriptor);
    if (!file) return REAL(write)(descriptor, bytes, count);
    if (fails(WRITE, path_of(file))) return -1;
    pthread_mutex_lock(&order);
    ssize_t written = REAL(write)(descriptor, bytes, count);
    // Behind the write, since a file that is appended to moves its position first.
    off_t end = lseek(descriptor, 0, SEEK_CUR);
    if (written > 0) note(WRITTEN, file, (uint64_t)(end - written), (uint64_t)written, bytes);
    pthread_mutex_unlock(&order);
    return written;
}

int ftruncate64(int descriptor, off64_t length) {
    uint32_t file = file_of(descriptor);
    if (!file) return REAL(ftruncate64)(descriptor, length);
    if (fails(TRUNCATE, path_of(file))) return -1;
    pthread_mutex_lock(&order);
    int status = REAL(ftruncate64)(descriptor, length);
    if (status == 0) note(TRUNCATED, file, (uint64_t)length, 0, NULL);
    pthread_mutex_unlock(&order);
    return status;
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

static int flush(int descriptor, int (*real_flush)(int)) {
    uint32_t file = file_of(descriptor);
    if (!file) return real_flush(descriptor);
    if (fails(SYNC, path_of(file))) return -1;
    // A disk that hangs: nobody is told when it goes on, so it is looked at again and again.
    while (strstr(path_of(file), "/conductor.db-commits.") && __atomic_load_n(&control->hanging, __ATOMIC_SEQ_CST))
        usleep(2000);
    if (control->forgetful) return 0;
    // The log of writes decides what a cut leaves: the real flush would only cost time where there is one.
    pthread_mutex_lock(&order);
    int status = log_descriptor < 0 ? real_flush(descriptor) : 0;
    if (status == 0) note(file == FOLDER ? NAMES_FLUSHED : FLUSHED, file, 0, 0, NULL);
    pthread_mutex_unlock(&order);
    return status;
}

int fsync(int descriptor) { return flush(descriptor, REAL(fsync)); }
int fdatasync(int descriptor) { return flush(descriptor, REAL(fdatasync)); }

int unlink(const char *path) {
    if (!is_ours(path)) return REAL(unlink)(path);
    if (fails(NAME, path)) return -1;
    pthread_mutex_lock(&order);
    int status = REAL(unlink)(path);
    uint32_t file = number_of(path, 0);
    if (status == 0 && file) {
        note(UNLINKED, file, 0, 0, NULL);
        free(paths[file]);
        paths[file] = NULL;
    }
    pthread_mutex_unlock(&order);
    return status;
}

int rename(const char *from, const char *to) {
    if (!is_ours(from) || !is_ours(to)) return REAL(rename)(from, to);
    if (fails(NAME, from)) return -1;
    pthread_mutex_lock(&order);
    int status = REAL(rename)(from, to);
    if (status == 0) {
        uint32_t replaced = number_of(to, 0), file = number_of(from, 1);
        if (replaced) {
            free(paths[replaced]);
            paths[replaced] = NULL;
        }
        free(paths[file]);
        paths[file] = strdup(to);
        note(RENAMED, file, 0, strlen(to), to);
    }
    pthread_mutex_unlock(&order);
    return status;
}
