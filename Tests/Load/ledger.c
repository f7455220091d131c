#include <string.h>
#include <time.h>
#include "frames.h"

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void load_ledger_open(struct load_ledger *ledger, long tasks, size_t payload, char run) {
    *ledger = (struct load_ledger){.tasks = tasks, .payload = payload, .run = run};
    ledger->sent_at = calloc((size_t)tasks + 1, sizeof *ledger->sent_at);
    ledger->took = calloc((size_t)tasks + 1, sizeof *ledger->took);
    if (!ledger->sent_at || !ledger->took) FAIL("out of memory");
}

void load_ledger_close(struct load_ledger *ledger) {
    free(ledger->sent_at);
    free(ledger->took);
    ledger->sent_at = ledger->took = NULL;
}

void load_ledger_fill(const struct load_ledger *ledger, long task, char *payload) {
    payload[0] = ledger->run;
    for (int digit = 15; digit > 0; digit--, task >>= 4) payload[digit] = "0123456789abcdef"[task & 15];
    memset(payload + 16, 'x', ledger->payload - 16);
}

long load_ledger_send(struct load_ledger *ledger, char *payload) {
    load_ledger_fill(ledger, ledger->sent, payload);
    ledger->sent_at[ledger->sent] = now();
    return ledger->sent++;
}

static long number_of(const char *payload) {
    long number = 0;
    for (int digit = 1; digit < 16; digit++) {
        char byte = payload[digit];
        if (byte >= '0' && byte <= '9') number = number << 4 | (byte - '0');
        else if (byte >= 'a' && byte <= 'f') number = number << 4 | (byte - 'a' + 10);
        else return -1;
    }
    return number;
}

enum load_verdict load_ledger_take(struct load_ledger *ledger, long task, const char *payload, size_t length) {
    if (length != ledger->payload) return LOAD_OTHER_LENGTH;
    if (payload[0] != ledger->run) return LOAD_OTHER_RUN;
    long number = number_of(payload);
    if (number < 0) return LOAD_OTHER_BYTES;
    if (task >= 0 && number != task) return LOAD_OTHER_TASK;
    // All the same byte: each is the one after it.
    const char *filler = payload + 16;
    size_t count = length - 16;
    if (count && (filler[0] != 'x' || memcmp(filler, filler + 1, count - 1) != 0)) return LOAD_OTHER_BYTES;
    if (number >= ledger->tasks || ledger->sent_at[number] == 0) return LOAD_NOT_OPEN;
    ledger->took[ledger->done++] = now() - ledger->sent_at[number];
    ledger->sent_at[number] = 0;
    return LOAD_GOOD;
}

const char *load_verdict_text(enum load_verdict verdict) {
    switch (verdict) {
    case LOAD_GOOD: return "good";
    case LOAD_OTHER_LENGTH: return "of another length";
    case LOAD_OTHER_RUN: return "of another run";
    case LOAD_OTHER_TASK: return "that of another task";
    case LOAD_OTHER_BYTES: return "not the bytes that were sent";
    case LOAD_NOT_OPEN: return "for a task that was not sent, or has its result already";
    }
    return "unknown";
}
