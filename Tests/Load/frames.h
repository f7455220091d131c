// Frames over blocking sockets.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include "load.h"

#define FAIL(...)                                                                                                      \
    do {                                                                                                               \
        fprintf(stderr, __VA_ARGS__);                                                                                  \
        fputc('\n', stderr);                                                                                           \
        exit(1);                                                                                                       \
    } while (0)

#define HEADER 4

struct bytes {
    char *start;
    size_t taken, length, room; // [taken, length) is still to be used
};

// Room for `count` more at the end.
char *bytes_grow(struct bytes *, size_t count);
void bytes_put(struct bytes *, const void *, size_t count);
// A frame of `count` bytes whose body the caller fills in.
char *bytes_put_frame(struct bytes *, size_t count);
// The next whole frame, or NULL; valid until the next read.
char *bytes_take_frame(struct bytes *, size_t *count);

int socket_connect(const char *path);
// One read of at most so many bytes. Returns 0 at the end of the stream.
#define READ_SIZE ((size_t)256 << 10)
int socket_fill(int, struct bytes *, size_t count);
// Writes all, with one call where the socket takes it. Returns 0 where the peer is gone.
int socket_flush(int, struct bytes *);
