#define _GNU_SOURCE
#include "messages.h"
#include <string.h>

#define ID 16
#define TOKEN 32

// A payload is the one member of the object that holds it.
static const char *payload_of(const char *start, const char *end, const char *holder) {
    const char *member = memmem(start, (size_t)(end - start), holder, strlen(holder));
    if (!member) return NULL;
    member += strlen(holder);
    static const char opening[] = ":{\"p\":\"";
    size_t length = sizeof opening - 1;
    if ((size_t)(end - member) < length || memcmp(member, opening, length) != 0) return NULL;
    return member + length;
}

struct message message_read(const char *frame, size_t count, const char *holder) {
    struct message message = {.start = frame, .end = frame + count};
    message.payload = payload_of(frame, message.end, holder);
    if (!message.payload) return message;
    const char *quote = memchr(message.payload, '"', (size_t)(message.end - message.payload));
    if (!quote) message.payload = NULL;
    else message.payload_length = (size_t)(quote - message.payload);
    return message;
}

const char *message_find(const struct message *message, const char *name) {
    size_t length = strlen(name);
    const char *before = message->payload ? message->payload : message->end;
    const char *found = memmem(message->start, (size_t)(before - message->start), name, length);
    if (!found && message->payload) {
        const char *after = message->payload + message->payload_length;
        found = memmem(after, (size_t)(message->end - after), name, length);
    }
    return found ? found + length : NULL;
}

static void put_text(char **place, const char *text, size_t length) {
    memcpy(*place, text, length);
    *place += length;
}
#define PUT(place, literal) put_text(place, literal, sizeof literal - 1)

char *message_put_dispatch(struct bytes *out, struct kind kind, const char *id, size_t payload) {
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"method\":\"task.dispatch\",\"id\":\"",
                      parameters[] = "\",\"params\":{\"when_busy\":\"queue\",", task[] = "\"task\":{\"task_id\":\"",
                      type[] = "\",\"name\":\"load\",\"assigned_to\":\"", input[] = "\",\"input_data\":{\"p\":\"",
                      tail[] = "\"}}}}";
    size_t fixed = sizeof head + sizeof parameters + sizeof task + sizeof type + sizeof input + sizeof tail - 6;
    char *place = bytes_put_frame(out, fixed + strlen(kind.options) + strlen(kind.type) + 2 * ID + payload);
    PUT(&place, head);
    put_text(&place, id, ID);
    PUT(&place, parameters);
    put_text(&place, kind.options, strlen(kind.options));
    PUT(&place, task);
    put_text(&place, id, ID);
    PUT(&place, type);
    put_text(&place, kind.type, strlen(kind.type));
    PUT(&place, input);
    char *body = place;
    place += payload;
    PUT(&place, tail);
    return body;
}

void message_put_register(struct bytes *out, const char *agent, int capacity) {
    char text[512];
    int count = snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"agent.register\",\"params\":"
        "{\"agent_id\":\"%s\",\"agent_type\":\"coding\",\"capacity\":%d}}",
        agent, capacity);
    memcpy(bytes_put_frame(out, (size_t)count), text, (size_t)count);
}

void message_put_complete(struct bytes *out, unsigned long id, const struct message *execute) {
    const char *task = message_find(execute, "\"task_id\":\""), *token = message_find(execute, "\"token\":\""),
               *attempt = message_find(execute, "\"attempt\":");
    if (!task || !token || !attempt || !execute->payload)
        FAIL("unexpected assignment: %.*s", (int)(execute->end - execute->start), execute->start);
    char head[512];
    int count = snprintf(
        head, sizeof head,
        "{\"jsonrpc\":\"2.0\",\"id\":%lu,\"method\":\"task.complete\",\"params\":{\"task_id\":\"%.*s\",\"attempt\":%d,"
        "\"token\":\"%.*s\",\"status\":\"completed\",\"output_data\":{\"p\":\"",
        id, (int)strcspn(task, "\""), task, atoi(attempt), TOKEN, token);
    static const char tail[] = "\"}}}";
    size_t whole = (size_t)count + execute->payload_length + sizeof tail - 1;
    char *place = bytes_put_frame(out, whole);
    put_text(&place, head, (size_t)count);
    put_text(&place, execute->payload, execute->payload_length);
    PUT(&place, tail);
}
