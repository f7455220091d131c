#include <string.h>
#include "messages.h"
#include "work.h"

static unsigned long completions;

void work_answer(struct bytes *out, enum load_language language, const char *frame, size_t count) {
    if (language == LOAD_FLOOR) {
        memcpy(bytes_put_frame(out, count), frame, count);
        return;
    }
    struct message message = message_read(frame, count, "\"input_data\"");
    if (message_find(&message, "\"method\":\"task.execute\"")) {
        message_put_complete(out, ++completions, &message);
        return;
    }
    if (message_find(&message, "\"recorded\":true") || message_find(&message, "\"daemon.stopping\"")) return;
    FAIL("unexpected at a worker: %.*s", (int)count, frame);
}

static void introduce(int descriptor, enum load_language language, const char *agent, int capacity, struct bytes *in) {
    struct bytes out = {0};
    char text[16];
    if (language == LOAD_CONDUCTOR) message_put_register(&out, agent, capacity);
    else {
        int count = snprintf(text, sizeof text, "W%d", capacity);
        memcpy(bytes_put_frame(&out, (size_t)count), text, (size_t)count);
    }
    if (!socket_flush(descriptor, &out)) FAIL("the server is gone");
    size_t count;
    char *frame;
    while (!(frame = bytes_take_frame(in, &count)))
        if (!socket_fill(descriptor, in, READ_SIZE)) FAIL("the server is gone");
    struct message reply = {.start = frame, .end = frame + count};
    if (language == LOAD_CONDUCTOR && !message_find(&reply, "\"lease_seconds\""))
        FAIL("not registered: %.*s", (int)count, frame);
    free(out.start);
}

void load_work(const char *socket, enum load_language language, const char *agent, int capacity, size_t payload) {
    struct bytes in = {0}, out = {0};
    int descriptor = socket_connect(socket);
    bytes_grow(&out, 2 * payload);
    introduce(descriptor, language, agent, capacity, &in);
    puts("READY");
    fflush(stdout);
    do {
        size_t count;
        for (char *frame; (frame = bytes_take_frame(&in, &count));) work_answer(&out, language, frame, count);
    } while (socket_flush(descriptor, &out) && socket_fill(descriptor, &in, READ_SIZE));
}
