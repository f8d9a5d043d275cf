/*
 * Preloaded, lets calls of a program fail.
 *
 * A fault is CALL:FIRST:TIMES:HOW, such as read:3:1:5. HOW is an errno; 0: the call does half of what was asked; -1: it
 * does nothing and says that all went well. It is armed by opening a file called fault:CALL:FIRST:TIMES:HOW; or by the
 * environment's FAULT when a path is opened that has FAULT_AFTER in it. Calls are counted from then on. To open
 * fault-counts writes how often each call was made since, and how often it failed, to descriptor 3.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SOCKET, BIND, SEND, RECV, GETIFADDRS, IOCTL, SETNS, OPEN, READ, WRITE, CALLS };
static const char *const names[CALLS] = {"socket", "bind",  "send", "recv", "getifaddrs",
                                         "ioctl",  "setns", "open", "read", "write"};
enum { NO_FAULT = -2, SWALLOWED = -1, HALF = 0 };

static int armed, faulty = CALLS, first, times, how, counts[CALLS], failed;

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

static void arm(const char *fault)
{
    char name[16];

    faulty = CALLS;
    memset(counts, 0, sizeof counts);
    failed = 0;
    armed = sscanf(fault, "%15[a-z]:%d:%d:%d", name, &first, &times, &how) == 4;
    for (int call = 0; call < CALLS; call++)
        if (armed && strcmp(name, names[call]) == 0)
            faulty = call;
}

/* What this call is to do: an errno, HALF, SWALLOWED or NO_FAULT. */
static int fate(int call)
{
    if (!armed)
        return NO_FAULT;
    int number = __atomic_add_fetch(&counts[call], 1, __ATOMIC_RELAXED);
    if (call != faulty || number < first || number >= first + times)
        return NO_FAULT;
    __atomic_add_fetch(&failed, 1, __ATOMIC_RELAXED);
    if (how > 0)
        errno = how;
    return how;
}

static int refused(int call, const char *path)
{
    const char *after = getenv("FAULT_AFTER"), *fault = getenv("FAULT");

    if (strncmp(path, "fault:", 6) == 0) {
        arm(path + 6);
        errno = ENOENT;
        return 1;
    }
    if (strcmp(path, "fault-counts") == 0) {
        for (int each = 0; each < CALLS; each++)
            dprintf(3, "%s %d\n", names[each], counts[each]);
        dprintf(3, "failed %d\n", failed);
        errno = ENOENT;
        return 1;
    }
    if (!armed && after && fault && strstr(path, after))
        arm(fault);
    return fate(call) > 0;
}

#define OPENS(name)                                       \
    int name(const char *path, int flags, ...)            \
    {                                                     \
        va_list more;                                     \
        va_start(more, flags);                            \
        int mode = va_arg(more, int);                     \
        va_end(more);                                     \
        return refused(OPEN, path) ? -1 : REAL(name)(path, flags, mode); \
    }
#define OPENS_AT(name)                                    \
    int name(int folder, const char *path, int flags, ...) \
    {                                                     \
        va_list more;                                     \
        va_start(more, flags);                            \
        int mode = va_arg(more, int);                     \
        va_end(more);                                     \
        return refused(OPEN, path) ? -1 : REAL(name)(folder, path, flags, mode); \
    }
OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

FILE *fopen64(const char *path, const char *mode)
{
    return refused(OPEN, path) ? NULL : REAL(fopen64)(path, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    return refused(OPEN, path) ? NULL : REAL(fopen)(path, mode);
}

int socket(int family, int type, int protocol)
{
    return fate(SOCKET) > 0 ? -1 : REAL(socket)(family, type, protocol);
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    return fate(BIND) > 0 ? -1 : REAL(bind)(fd, address, length);
}

int setns(int fd, int kind)
{
    return fate(SETNS) > 0 ? -1 : REAL(setns)(fd, kind);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    int is = fate(IOCTL);
    return is > 0 ? -1 : is == SWALLOWED ? 0 : REAL(ioctl)(fd, request, argument);
}

int getifaddrs(struct ifaddrs **list)
{
    *list = NULL; /* as glibc's own does first */
    return fate(GETIFADDRS) > 0 ? -1 : REAL(getifaddrs)(list);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length)
{
    int is = fate(SEND);
    return is > 0 ? -1 : is == SWALLOWED ? (ssize_t) size : REAL(sendto)(fd, data, size, flags, to, length);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    int is = fate(SEND);
    return is > 0 ? -1 : is == SWALLOWED ? (ssize_t) size : REAL(send)(fd, data, size, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    int is = fate(SEND);
    return is > 0 ? -1 : REAL(sendmsg)(fd, message, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    int is = fate(RECV);

    if (is > 0)
        return -1;
    if (is == HALF && message->msg_iovlen == 1)
        message->msg_iov[0].iov_len = 100; /* the kernel then cuts the datagram short, and says so */
    return REAL(recvmsg)(fd, message, flags);
}

ssize_t recvfrom(int fd, void *data, size_t size, int flags, struct sockaddr *from, socklen_t *length)
{
    return fate(RECV) > 0 ? -1 : REAL(recvfrom)(fd, data, size, flags, from, length);
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    return fate(RECV) > 0 ? -1 : REAL(recv)(fd, data, size, flags);
}

ssize_t read(int fd, void *data, size_t size)
{
    int is = fate(READ);
    return is > 0 ? -1 : is == SWALLOWED ? 0 : REAL(read)(fd, data, is == HALF ? (size + 1) / 2 : size);
}

ssize_t write(int fd, const void *data, size_t size)
{
    int is = fate(WRITE);
    return is > 0 ? -1 : REAL(write)(fd, data, is == HALF ? (size + 1) / 2 : size);
}
