#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "frames.h"

// How many bytes of a frame that never ends go out at a time, and how long it says that it is.
#define CRUMB 64
#define ENDLESS ((uint32_t)1 << 20)
#define READ ((size_t)64 << 10)

struct flooder {
    int descriptor, number;
    long sent, answered;
    // What the daemon called the subscription that is to be ended next; empty where none is.
    char subscription[32];
    struct bytes in, out;
};

static long answers;

static void put(struct flooder *flooder, const char *method, const char *params) {
    char text[1024];
    int count = snprintf(
        text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"%s\",\"params\":%s}", ++flooder->sent, method,
        params);
    memcpy(bytes_put_frame(&flooder->out, (size_t)count), text, (size_t)count);
}

static void put_request(struct flooder *flooder, enum load_attack attack) {
    char params[512];
    switch (attack) {
    case LOAD_DISPATCHES:
        snprintf(
            params, sizeof params,
            "{\"when_busy\":\"queue\",\"detach\":true,\"task\":{\"task_id\":\"flood-%d-%ld\",\"name\":\"flood\","
            "\"assigned_to\":\"review\",\"priority\":\"critical\",\"input_data\":{\"p\":\"%0200d\"}}}",
            flooder->number, flooder->sent, 0);
        return put(flooder, "task.dispatch", params);
    case LOAD_LISTS: return put(flooder, "task.list", "{\"limit\":100}");
    case LOAD_SUBSCRIPTIONS: return put(flooder, "event.subscribe", "{}");
    case LOAD_REPLAYS:
        if (!*flooder->subscription) return put(flooder, "event.subscribe", "{\"after_sequence\":0}");
        snprintf(params, sizeof params, "{\"subscription\":\"%s\"}", flooder->subscription);
        *flooder->subscription = 0;
        return put(flooder, "event.unsubscribe", params);
    case LOAD_PINGS: return put(flooder, "ping", "{}");
    case LOAD_HALF_FRAMES:
    case LOAD_NOTHING: return;
    }
}

// Standing subscriptions are what floods; everything else is asked for anew.
static int asks_anew(enum load_attack attack) { return attack != LOAD_SUBSCRIPTIONS; }

static void serve(struct flooder *flooder, enum load_attack attack) {
    if (!socket_fill(flooder->descriptor, &flooder->in, READ)) exit(0);
    size_t count;
    for (char *frame; (frame = bytes_take_frame(&flooder->in, &count));) {
        // A notification has no id.
        static const char id[] = "\"id\":", subscription[] = "\"subscription\":\"";
        if (!memmem(frame, count < 48 ? count : 48, id, sizeof id - 1)) continue;
        flooder->answered++, answers++;
        const char *name = memmem(frame, count, subscription, sizeof subscription - 1);
        if (name)
            snprintf(
                flooder->subscription, sizeof flooder->subscription, "%.*s",
                (int)strcspn(name + sizeof subscription - 1, "\""), name + sizeof subscription - 1);
        if (asks_anew(attack)) put_request(flooder, attack);
    }
    if (!socket_flush(flooder->descriptor, &flooder->out)) exit(0);
}

static void drip(struct flooder *flooder) {
    static const char crumb[CRUMB];
    if (send(flooder->descriptor, crumb, CRUMB, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) answers++;
}

static void open_one(struct flooder *flooder, int poll, const char *socket, enum load_attack attack, int in_flight) {
    flooder->descriptor = socket_connect(socket);
    int drips = attack == LOAD_HALF_FRAMES;
    struct epoll_event event = {.events = drips ? EPOLLOUT : EPOLLIN, .data.ptr = flooder};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, flooder->descriptor, &event) < 0) FAIL("epoll: %s", strerror(errno));
    if (drips) bytes_put_frame(&flooder->out, ENDLESS), flooder->out.length = HEADER;
    for (int request = 0; request < in_flight; request++) put_request(flooder, attack);
    if (!socket_flush(flooder->descriptor, &flooder->out)) FAIL("the server is gone");
}

void load_flood(const char *socket, enum load_attack attack, int connections, int in_flight) {
    struct flooder *flooders = calloc((size_t)connections, sizeof *flooders);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (int index = 0; index < connections; index++) {
        flooders[index].number = index;
        open_one(&flooders[index], poll, socket, attack, in_flight);
    }
    struct epoll_event end = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &end);
    puts("READY");
    fflush(stdout);
    struct epoll_event events[64];
    for (;;) {
        int count = epoll_wait(poll, events, 64, attack == LOAD_NOTHING ? 0 : -1);
        for (int index = 0; index < count; index++) {
            struct flooder *flooder = events[index].data.ptr;
            if (!flooder) {
                printf("%ld\n", answers);
                exit(0);
            }
            if (events[index].events & (EPOLLHUP | EPOLLERR)) {
                // The daemon has closed over a frame that did not end.
                close(flooder->descriptor);
                open_one(flooder, poll, socket, attack, in_flight);
            } else if (attack == LOAD_HALF_FRAMES) {
                drip(flooder);
            } else {
                serve(flooder, attack);
            }
        }
    }
}
