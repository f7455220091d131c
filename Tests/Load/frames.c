#include "frames.h"
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

char *bytes_grow(struct bytes *bytes, size_t count) {
    if (bytes->taken == bytes->length) bytes->taken = bytes->length = 0;
    if (bytes->room - bytes->length < count && bytes->taken) {
        memmove(bytes->start, bytes->start + bytes->taken, bytes->length - bytes->taken);
        bytes->length -= bytes->taken, bytes->taken = 0;
    }
    if (bytes->room - bytes->length < count) {
        bytes->room = 2 * (bytes->length + count);
        bytes->start = realloc(bytes->start, bytes->room);
        if (!bytes->start) FAIL("out of memory");
    }
    return bytes->start + bytes->length;
}

void bytes_put(struct bytes *bytes, const void *source, size_t count) {
    memcpy(bytes_grow(bytes, count), source, count);
    bytes->length += count;
}

char *bytes_put_frame(struct bytes *bytes, size_t count) {
    char *frame = bytes_grow(bytes, HEADER + count);
    uint32_t header = htonl((uint32_t)count);
    memcpy(frame, &header, HEADER);
    bytes->length += HEADER + count;
    return frame + HEADER;
}

char *bytes_take_frame(struct bytes *bytes, size_t *count) {
    uint32_t header;
    size_t waiting = bytes->length - bytes->taken;
    if (waiting < HEADER) return NULL;
    memcpy(&header, bytes->start + bytes->taken, HEADER);
    *count = ntohl(header);
    if (waiting - HEADER < *count) return NULL;
    char *frame = bytes->start + bytes->taken + HEADER;
    bytes->taken += HEADER + *count;
    return frame;
}

int socket_connect(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) FAIL("%s: too long for a socket", path);
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || connect(descriptor, (void *)&address, sizeof address) < 0)
        FAIL("connect %s: %s", path, strerror(errno));
    return descriptor;
}

int socket_fill(int descriptor, struct bytes *bytes, size_t count) {
    char *room = bytes_grow(bytes, count);
    ssize_t got;
    do got = read(descriptor, room, count);
    while (got < 0 && errno == EINTR);
    if (got > 0) bytes->length += (size_t)got;
    return got > 0;
}

int socket_flush(int descriptor, struct bytes *bytes) {
    while (bytes->taken < bytes->length) {
        ssize_t count =
            send(descriptor, bytes->start + bytes->taken, bytes->length - bytes->taken, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return 0;
        bytes->taken += (size_t)count;
    }
    return 1;
}
