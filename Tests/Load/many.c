#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include "messages.h"
#include "work.h"

// What a connection of many reads at once: they are too many for large buffers.
#define SMALL_READ 4096

struct connection {
    int descriptor;
    struct bytes in, out;
};

static void connect_all(int poll, struct connection *connections, int count, const char *socket) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    for (int index = 0; index < count; index++) {
        connections[index].descriptor = socket_connect(socket);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[index]};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, connections[index].descriptor, &event) < 0)
            FAIL("epoll: %s", strerror(errno));
    }
}

static void say_ready(void) {
    puts("READY");
    fflush(stdout);
}

// Reads what has come on one connection and answers it. Returns how many registrations were acknowledged.
static int serve(struct connection *connection) {
    int registered = 0;
    if (!socket_fill(connection->descriptor, &connection->in, SMALL_READ)) exit(0);
    size_t count;
    for (char *frame; (frame = bytes_take_frame(&connection->in, &count));) {
        struct message message = {.start = frame, .end = frame + count};
        if (message_find(&message, "\"lease_seconds\"")) registered++;
        else work_answer(&connection->out, LOAD_CONDUCTOR, frame, count);
    }
    if (!socket_flush(connection->descriptor, &connection->out)) exit(0);
    return registered;
}

void load_work_as_many(const char *socket, const char *agent, int agents, int capacity) {
    struct connection *connections = calloc((size_t)agents, sizeof *connections);
    int poll = epoll_create1(EPOLL_CLOEXEC), waiting = agents;
    connect_all(poll, connections, agents, socket);
    for (int index = 0; index < agents; index++) {
        char name[128];
        snprintf(name, sizeof name, "%s-%d", agent, index);
        message_put_register(&connections[index].out, name, capacity);
        if (!socket_flush(connections[index].descriptor, &connections[index].out)) FAIL("the server is gone");
    }
    struct epoll_event events[64];
    for (;;) {
        int count = epoll_wait(poll, events, 64, -1), before = waiting;
        for (int index = 0; index < count; index++) waiting -= serve(events[index].data.ptr);
        if (before > 0 && waiting == 0) say_ready();
    }
}

void load_hold(const char *socket, int count) {
    struct connection *connections = calloc((size_t)count, sizeof *connections);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    connect_all(poll, connections, count, socket);
    say_ready();
    struct epoll_event event;
    epoll_wait(poll, &event, 1, -1);
}
