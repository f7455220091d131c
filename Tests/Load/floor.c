// The least that a broker can be: what a task costs when nothing is parsed, checked, remembered or looked up. A peer's
// first frame says what it is: "S", or "W" and how many tasks it takes at once.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "frames.h"

// What a record of the log has beside the payload: ids, times, lengths.
#define RECORD_EXTRA 100
#define PEERS 64

enum role { UNKNOWN, SUBMITTER, WORKER };

struct peer {
    enum role role;
    int descriptor, free; // how many more tasks a worker takes
    struct bytes in, out;
};

static struct peer *peers[PEERS];
static unsigned peer_count, next_worker;
static struct peer *submitter;
static struct bytes queue; // frames that wait for a worker
static int log_descriptor = -1;
static struct bytes records;

static void record(size_t payload) {
    if (log_descriptor < 0) return;
    memset(bytes_grow(&records, payload + RECORD_EXTRA), 'r', payload + RECORD_EXTRA);
    records.length += payload + RECORD_EXTRA;
}

static void send_frame(struct peer *peer, const char *frame, size_t count) {
    memcpy(bytes_put_frame(&peer->out, count), frame, count);
}

static struct peer *free_worker(void) {
    for (unsigned tried = 0; tried < peer_count; tried++) {
        struct peer *peer = peers[next_worker++ % peer_count];
        if (peer->role == WORKER && peer->free > 0) return peer;
    }
    return NULL;
}

static void give_out(void) {
    struct peer *worker;
    while (queue.taken < queue.length && (worker = free_worker())) {
        size_t count;
        char *frame = bytes_take_frame(&queue, &count);
        worker->free--;
        send_frame(worker, frame, count);
    }
}

static void introduce(struct peer *peer, const char *frame, size_t count) {
    char text[16] = "";
    memcpy(text, frame, count < sizeof text ? count : sizeof text - 1);
    peer->role = text[0] == 'W' ? WORKER : SUBMITTER;
    if (peer->role == WORKER) peer->free = atoi(text + 1);
    else submitter = peer;
    send_frame(peer, "", 0);
}

static void hear(struct peer *peer) {
    if (!socket_fill(peer->descriptor, &peer->in, READ_SIZE)) exit(0);
    size_t count;
    for (char *frame; (frame = bytes_take_frame(&peer->in, &count));) {
        switch (peer->role) {
        case UNKNOWN: introduce(peer, frame, count); break;
        case SUBMITTER:
            record(count);
            memcpy(bytes_put_frame(&queue, count), frame, count);
            break;
        case WORKER:
            record(count);
            peer->free++;
            send_frame(submitter, frame, count);
            break;
        }
    }
}

static void commit(void) {
    size_t count = records.length;
    if (count == 0) return;
    if (write(log_descriptor, records.start, count) != (ssize_t)count || fdatasync(log_descriptor) < 0)
        FAIL("log: %s", strerror(errno));
    records.length = 0;
}

static void welcome(int listener, int poll) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (descriptor < 0 || peer_count == PEERS) FAIL("accept: %s", strerror(errno));
    struct peer *peer = peers[peer_count++] = calloc(1, sizeof *peer);
    peer->descriptor = descriptor;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = peer};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0) FAIL("epoll: %s", strerror(errno));
}

static int listen_on(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) FAIL("%s: too long for a socket", path);
    strcpy(address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (void *)&address, sizeof address) < 0 || listen(listener, PEERS) < 0)
        FAIL("listen %s: %s", path, strerror(errno));
    return listener;
}

_Noreturn void load_serve_floor(const char *path, const char *log) {
    if (log) log_descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log && log_descriptor < 0) FAIL("%s: %s", log, strerror(errno));
    int listener = listen_on(path), poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[PEERS], door = {.events = EPOLLIN};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, listener, &door) < 0) FAIL("epoll: %s", strerror(errno));
    puts("READY");
    fflush(stdout);
    for (;;) {
        int count = epoll_wait(poll, events, PEERS, -1);
        for (int index = 0; index < count; index++) {
            if (events[index].data.ptr) hear(events[index].data.ptr);
            else welcome(listener, poll);
        }
        give_out();
        commit();
        // Blocking: what is in flight is bounded, and fits into the sockets or is read at once.
        for (unsigned index = 0; index < peer_count; index++) {
            struct bytes *out = &peers[index]->out;
            if (out->taken < out->length && !socket_flush(peers[index]->descriptor, out)) exit(0);
        }
    }
}
