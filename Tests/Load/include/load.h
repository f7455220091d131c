// The hot loops of `conductor-bench`: a submitter, a worker, and the brokers that are the floor. In C, on blocking
// sockets with frames built ahead, so that what is measured is the server. A fault ends the process with status 1 and a
// line on standard error: each of these loops has a process of its own.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What the other end of the socket speaks. Both put a length of four bytes, big-endian, before each frame.
enum load_language {
    LOAD_FLOOR,     // the payload is the frame
    LOAD_CONDUCTOR, // JSON-RPC as in conductor-protocol(7)
};

// ---- the ledger: which tasks were sent, and what came back for them

// A payload is the run's letter, the task's number in 15 hexadecimal digits, and filler.
#define LOAD_SMALLEST_PAYLOAD 16

enum load_verdict { LOAD_GOOD, LOAD_OTHER_LENGTH, LOAD_OTHER_RUN, LOAD_OTHER_TASK, LOAD_OTHER_BYTES, LOAD_NOT_OPEN };

struct load_ledger {
    long tasks, sent, done;
    size_t payload;       // bytes
    char run;             // a letter: a late result of one run never passes for one of the next
    uint64_t *sent_at;    // by task, nanoseconds of the monotonic clock; 0 for one that is not open
    uint64_t *took;       // nanoseconds, in the order in which results came
};

void load_ledger_open(struct load_ledger *, long tasks, size_t payload, char run);
void load_ledger_close(struct load_ledger *);
// The text of the next task's payload, as an id too (its first 16 bytes); takes the time.
long load_ledger_send(struct load_ledger *, char *payload);
void load_ledger_fill(const struct load_ledger *, long task, char *payload);
// Checks every byte of a result. `task` is the one that it is said to be for, or -1 where only the payload tells.
enum load_verdict load_ledger_take(struct load_ledger *, long task, const char *payload, size_t length);
const char *load_verdict_text(enum load_verdict);

// ---- the roles

struct load_submitter;
struct load_submitter *load_submitter_connect(const char *socket, enum load_language);
// Sends all tasks of the ledger, `in_flight` at a time, and returns when each result is there.
void load_submit_tasks(struct load_submitter *, struct load_ledger *, int in_flight);
// Runs so many workflows at once, numbered from `first`, the tasks of each those of its ledger, and checks every result.
// With `chained` each task needs the one before it. With `may_omit` an output may be missing, as in a large state.
void load_submit_workflows(
    struct load_submitter *, struct load_ledger *, int count, long first, int parallelism, int chained, int may_omit);
// Leaves all tasks of the ledger in the daemon's queue, for agents of a type that there is none of.
void load_submit_queued(struct load_submitter *, struct load_ledger *, int in_flight);

// Registers `agent`, says READY on standard output, and gives each task's payload back until the server goes away.
void load_work(const char *socket, enum load_language, const char *agent, int capacity, size_t payload);
// The same for so many agents of a daemon, each on a connection of its own.
void load_work_as_many(const char *socket, const char *agent, int agents, int capacity);
// Makes so many connections, says READY, and keeps them, silent, until the server goes away.
void load_hold(const char *socket, int connections);

// What somebody floods a daemon with.
enum load_attack {
    LOAD_DISPATCHES,    // tasks for agents that are not there
    LOAD_LISTS,         // pages of 100 tasks
    LOAD_REPLAYS,       // all events from the first on, begun anew and anew
    LOAD_SUBSCRIPTIONS, // standing ones to all events
    LOAD_HALF_FRAMES,   // long ones that come in crumbs and never end
    LOAD_PINGS,
    LOAD_NOTHING, // a busy loop, for comparison: what the kernel makes of a process that takes a CPU
};

// Makes so many connections with so many requests in flight on each, says READY, and goes on until standard input ends;
// then it says how many answers it got, or how many crumbs it sent.
void load_flood(const char *socket, enum load_attack, int connections, int in_flight);

// A broker between one submitter and any number of workers. With a log it appends what it has heard, a task or a
// result at a time, and flushes once per turn of its loop, before anything of that turn is sent on.
_Noreturn void load_serve_floor(const char *socket, const char *log);

// ---- the machine

// Binds all threads of a process to one CPU. Returns an errno.
int load_pin(pid_t, int cpu);
// The last CPU that this process may run on.
int load_last_cpu(void);
// CPU time of all threads of a process, in nanoseconds; 0 where it cannot be had.
uint64_t load_cpu_time(pid_t);
// Becomes another user, for good. Returns an errno.
int load_become(uid_t);
// A run that hangs ends by a signal.
void load_end_after(unsigned seconds);
