// The clients of a peer benchmark that speaks the dialogue of a submitter and of workers; see ./conductord.
//   conductor submit SOCKET TASKS INFLIGHT WARMUP PAYLOAD
//   conductor work SOCKET AGENT CAPACITY PAYLOAD
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "load.h"

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static double quantile(const struct load_ledger *ledger, double share) {
    return (double)ledger->took[(long)(share * (double)(ledger->done - 1) + 0.5)] / 1e3;
}

static void submit(char **arguments) {
    struct load_submitter *submitter = load_submitter_connect(arguments[0], LOAD_CONDUCTOR);
    long tasks = atol(arguments[1]), warm_up = atol(arguments[3]);
    int in_flight = atoi(arguments[2]);
    size_t payload = (size_t)atol(arguments[4]);
    struct load_ledger ledger;
    if (warm_up) {
        load_ledger_open(&ledger, warm_up, payload, 'W');
        load_submit_tasks(submitter, &ledger, in_flight);
        load_ledger_close(&ledger);
    }
    load_ledger_open(&ledger, tasks, payload, 'T');
    puts("READY");
    fflush(stdout);
    char line[64];
    if (!fgets(line, sizeof line, stdin)) exit(1);
    double began = now();
    load_submit_tasks(submitter, &ledger, in_flight);
    double seconds = now() - began, sum = 0;
    for (long task = 0; task < ledger.done; task++) sum += (double)ledger.took[task] / 1e3;
    qsort(ledger.took, (size_t)ledger.done, sizeof *ledger.took, by_size);
    printf("DONE {\"tasks\":%ld,\"seconds\":%.6f,\"p50_us\":%.2f,\"p90_us\":%.2f,\"p99_us\":%.2f,\"max_us\":%.2f,"
           "\"mean_us\":%.2f}\n",
           ledger.done, seconds, quantile(&ledger, 0.5), quantile(&ledger, 0.9), quantile(&ledger, 0.99),
           quantile(&ledger, 1), sum / (double)ledger.done);
    fflush(stdout);
    while (read(STDIN_FILENO, line, sizeof line) > 0) {}
}

int main(int count, char **arguments) {
    if (count == 7 && strcmp(arguments[1], "submit") == 0) submit(arguments + 2);
    else if (count == 6 && strcmp(arguments[1], "work") == 0)
        load_work(arguments[2], LOAD_CONDUCTOR, arguments[3], atoi(arguments[4]), (size_t)atol(arguments[5]));
    else return 64;
    return 0;
}
