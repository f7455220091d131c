// The few messages of conductor-protocol(7) that a load needs, written from a template and read by looking for members:
// payloads hold neither quotes nor backslashes, so a member's name in quotes is found where it is and nowhere else.
#pragma once
#include "frames.h"

// The payload inside a frame, and what stands around it: a search never walks through the payload.
struct message {
    const char *start, *end;
    const char *payload; // NULL where there is none
    size_t payload_length;
};

// `holder` is the member that has the payload: "input_data" or "output_data".
struct message message_read(const char *frame, size_t count, const char *holder);
// What follows `name` (as it stands in the frame, with quotes and colon), or NULL.
const char *message_find(const struct message *, const char *name);

// What a task is dispatched as: for agents of which type, and with which options before "task".
struct kind {
    const char *type, *options;
};

// A request to run one task. Gives the place of the payload in the frame, and puts the id (16 bytes) in twice.
char *message_put_dispatch(struct bytes *, struct kind, const char *id, size_t payload);
void message_put_register(struct bytes *, const char *agent, int capacity);
void message_put_complete(struct bytes *, unsigned long id, const struct message *execute);
