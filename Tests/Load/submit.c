#define _GNU_SOURCE
#include <string.h>
#include "messages.h"

#define ID 16

struct load_submitter {
    int descriptor;
    enum load_language language;
    struct bytes in, out;
};

static char *next_frame(struct load_submitter *submitter, size_t *count) {
    char *frame;
    while (!(frame = bytes_take_frame(&submitter->in, count)))
        if (!socket_fill(submitter->descriptor, &submitter->in, READ_SIZE)) FAIL("the server is gone");
    return frame;
}

static void flush(struct load_submitter *submitter) {
    if (!socket_flush(submitter->descriptor, &submitter->out)) FAIL("the server is gone");
}

struct load_submitter *load_submitter_connect(const char *socket, enum load_language language) {
    struct load_submitter *submitter = calloc(1, sizeof *submitter);
    if (!submitter) FAIL("out of memory");
    submitter->descriptor = socket_connect(socket);
    submitter->language = language;
    if (language == LOAD_FLOOR) {
        memcpy(bytes_put_frame(&submitter->out, 1), "S", 1);
        flush(submitter);
        size_t count;
        next_frame(submitter, &count);
    }
    return submitter;
}

// An agent's type that nobody has: such tasks stay in the queue.
static const struct kind AT_ONCE = {.type = "coding", .options = ""}, QUEUED = {.type = "review", .options = "\"detach\":true,"};

static void send_task(struct load_submitter *submitter, struct load_ledger *ledger, struct kind kind) {
    char id[ID];
    struct load_ledger head = {.run = ledger->run, .payload = ID};
    load_ledger_fill(&head, ledger->sent, id);
    char *payload = submitter->language == LOAD_FLOOR
                        ? bytes_put_frame(&submitter->out, ledger->payload)
                        : message_put_dispatch(&submitter->out, kind, id, ledger->payload);
    load_ledger_send(ledger, payload);
}

static long task_of(const struct load_ledger *ledger, const char *id) {
    if (!id || id[0] != ledger->run) return -1;
    return strtol(id + 1, NULL, 16);
}

static void take_result(struct load_submitter *submitter, struct load_ledger *ledger, const char *frame, size_t count) {
    struct message message = {.start = frame, .end = frame + count, .payload = frame, .payload_length = count};
    long task = -1;
    if (submitter->language == LOAD_CONDUCTOR) {
        message = message_read(frame, count, "\"output_data\"");
        task = task_of(ledger, message_find(&message, "\"id\":\""));
        if (task < 0 || !message.payload || !message_find(&message, "\"status\":\"completed\""))
            FAIL("not a result: %.*s", (int)count, frame);
    }
    enum load_verdict verdict = load_ledger_take(ledger, task, message.payload, message.payload_length);
    if (verdict != LOAD_GOOD) FAIL("a result is %s: %.*s", load_verdict_text(verdict), (int)count, frame);
}

void load_submit_tasks(struct load_submitter *submitter, struct load_ledger *ledger, int in_flight) {
    while (ledger->done < ledger->tasks) {
        while (ledger->sent < ledger->tasks && ledger->sent - ledger->done < in_flight) send_task(submitter, ledger, AT_ONCE);
        flush(submitter);
        size_t count;
        char *frame = next_frame(submitter, &count);
        do take_result(submitter, ledger, frame, count);
        while ((frame = bytes_take_frame(&submitter->in, &count)));
    }
}

void load_submit_queued(struct load_submitter *submitter, struct load_ledger *ledger, int in_flight) {
    while (ledger->done < ledger->tasks) {
        while (ledger->sent < ledger->tasks && ledger->sent - ledger->done < in_flight)
            send_task(submitter, ledger, QUEUED);
        flush(submitter);
        size_t count;
        char *frame = next_frame(submitter, &count);
        do {
            struct message message = {.start = frame, .end = frame + count};
            long task = task_of(ledger, message_find(&message, "\"id\":\""));
            if (task < 0 || task >= ledger->tasks || !ledger->sent_at[task] || message_find(&message, "\"error\""))
                FAIL("not accepted: %.*s", (int)count, frame);
            ledger->sent_at[task] = 0;
            ledger->done++;
        } while ((frame = bytes_take_frame(&submitter->in, &count)));
    }
}

static void put_workflow(
    struct load_submitter *submitter, struct load_ledger *ledger, const char *id, int parallelism, int chained) {
    struct bytes body = {0};
    char text[256];
    int count = snprintf(
        text, sizeof text,
        "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"method\":\"workflow.run\",\"params\":{\"definition\":{\"workflow_id\":"
        "\"%s\",\"name\":\"load\",\"phases\":[\"development\"],\"parallelism\":%d,\"tasks\":[",
        id, id, parallelism);
    bytes_put(&body, text, (size_t)count);
    while (ledger->sent < ledger->tasks) {
        long task = ledger->sent;
        char needs[48] = "";
        if (chained && task > 0) snprintf(needs, sizeof needs, "\"needs\":[\"t%ld\"],", task - 1);
        count = snprintf(
            text, sizeof text,
            "%s{\"task_id\":\"t%ld\",\"name\":\"load\",\"assigned_to\":\"coding\",%s\"input_data\":{\"p\":\"",
            task ? "," : "", task, needs);
        bytes_put(&body, text, (size_t)count);
        load_ledger_send(ledger, bytes_grow(&body, ledger->payload));
        body.length += ledger->payload;
        bytes_put(&body, "\"}}", 3);
    }
    bytes_put(&body, "]}}}", 4);
    memcpy(bytes_put_frame(&submitter->out, body.length), body.start, body.length);
    free(body.start);
}

// Whether an entry of a state that was too large for its outputs says that its task has completed.
static int completed_without_output(const char *entry, const char *end) {
    const char *close = memchr(entry, '}', (size_t)(end - entry));
    struct message message = {.start = entry, .end = close ? close : end};
    return message_find(&message, "\"output_omitted\":true") && message_find(&message, "\"status\":\"completed\"");
}

static void take_workflow(struct load_ledger *ledger, const char *frame, size_t count, int may_omit) {
    const char *end = frame + count, *entry = frame;
    for (long task = 0; task < ledger->tasks; task++) {
        char name[32];
        size_t length = (size_t)snprintf(name, sizeof name, "\"t%ld\":{", task);
        // Entries mostly come in order: the search goes on where the last one was.
        const char *found = memmem(entry, (size_t)(end - entry), name, length);
        if (!found) found = memmem(frame, count, name, length);
        if (!found) FAIL("task %ld has no result: %.*s", task, (int)count, frame);
        entry = found + length;
        if (may_omit && completed_without_output(entry, end)) {
            ledger->done++;
            continue;
        }
        // The first output after a task's name is that task's, or its payload tells that it is not.
        struct message result = message_read(entry, (size_t)(end - entry), "\"output_data\"");
        enum load_verdict verdict =
            result.payload ? load_ledger_take(ledger, task, result.payload, result.payload_length) : LOAD_OTHER_BYTES;
        if (verdict != LOAD_GOOD)
            FAIL("the result of task %ld is %s: %.*s", task, load_verdict_text(verdict), (int)count, frame);
    }
}

void load_submit_workflows(
    struct load_submitter *submitter, struct load_ledger *ledgers, int count, long first, int parallelism,
    int chained, int may_omit) {
    for (int index = 0; index < count; index++) {
        char id[32];
        snprintf(id, sizeof id, "%c%lx", ledgers[index].run, first + index);
        put_workflow(submitter, &ledgers[index], id, parallelism, chained);
    }
    flush(submitter);
    for (int ended = 0; ended < count; ended++) {
        size_t length;
        const char *frame = next_frame(submitter, &length);
        struct message message = {.start = frame, .end = frame + length};
        long index = task_of(ledgers, message_find(&message, "\"id\":\"")) - first;
        if (index < 0 || index >= count || ledgers[index].done) FAIL("not a workflow's end: %.*s", (int)length, frame);
        take_workflow(&ledgers[index], frame, length, may_omit);
    }
}
