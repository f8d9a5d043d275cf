/* Preloaded, makes calls of a program fail, end short, or be met by a signal.

FAULT="CALL AT KIND VALUE TIMES": from the AT-th CALL on (the first is 1), TIMES calls (0: all that follow)
    errno   fail with the errno VALUE, and do nothing
    short   take half of what was asked for, one byte at least (read, write, sendto, recvmsg)
    signal  are preceded by the signal VALUE
    later   start a clock that sends SIGINT after VALUE microseconds
FAULT_ARM: calls count from the first open(2) on of a path with this text in it, so that Python itself has started.
FAULT_COUNTS: a file of a number of 8 bytes for each call of `names`, which is counted up, and after them one for the
    faults that were injected. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum call { SOCKET, BIND, SENDTO, RECVMSG, GETIFADDRS, IOCTL, SETNS, OPEN, READ, WRITE, CALLS };
static const char *const names[CALLS] = {
    "socket", "bind", "sendto", "recvmsg", "getifaddrs", "ioctl", "setns", "open", "read", "write",
};

static volatile unsigned long nowhere[CALLS + 1], *counts = nowhere;
static int faulted = -1, value, armed;
static unsigned long first, times;
static char kind[8];
static const char *arm;

#define REAL(name, ...) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))(__VA_ARGS__)

__attribute__((constructor)) static void start(void)
{
    const char *told = getenv("FAULT"), *file = getenv("FAULT_COUNTS");
    char name[16];

    arm = getenv("FAULT_ARM");
    if (told && sscanf(told, "%15s %lu %7s %d %lu", name, &first, kind, &value, &times) == 5)
        for (int call = 0; call < CALLS; call++)
            if (strcmp(name, names[call]) == 0)
                faulted = call;
    if (file) {
        int descriptor = REAL(open, file, O_RDWR | O_CLOEXEC);
        void *map = mmap(NULL, sizeof nowhere, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        if (map != MAP_FAILED)
            counts = map;
        close(descriptor);
    }
}

/* Count a call: 1 if it is to fail, and errno is set; 2 if it is to be short. */
static int fault(enum call call)
{
    if (!armed)
        return 0;
    unsigned long now = __sync_add_and_fetch(&counts[call], 1);
    if ((int) call != faulted || now < first || (times && now >= first + times))
        return 0;
    __sync_add_and_fetch(&counts[CALLS], 1);
    if (kind[0] == 's' && kind[1] == 'i') {
        kill(getpid(), value);
        return 0;
    }
    if (kind[0] == 'l') {
        struct sigevent interrupt = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGINT};
        struct itimerspec once = {.it_value = {.tv_nsec = value * 1000L}};
        timer_t clock;
        if (timer_create(CLOCK_MONOTONIC, &interrupt, &clock) == 0)
            timer_settime(clock, 0, &once, NULL);
        return 0;
    }
    if (kind[0] == 's')
        return 2;
    errno = value;
    return 1;
}

#define HALF(size) ((size) > 1 ? (size) / 2 : (size))

int socket(int family, int type, int protocol)
{
    return fault(SOCKET) == 1 ? -1 : REAL(socket, family, type, protocol);
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
    return fault(BIND) == 1 ? -1 : REAL(bind, fd, address, size);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t to_size)
{
    int how = fault(SENDTO);

    return how == 1 ? -1 : REAL(sendto, fd, data, how == 2 ? HALF(size) : size, flags, to, to_size);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    int how = fault(RECVMSG);

    if (how == 2 && message->msg_iovlen)
        message->msg_iov[0].iov_len = HALF(message->msg_iov[0].iov_len);
    return how == 1 ? -1 : REAL(recvmsg, fd, message, flags);
}

int getifaddrs(struct ifaddrs **list)
{
    return fault(GETIFADDRS) == 1 ? -1 : REAL(getifaddrs, list);
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return fault(IOCTL) == 1 ? -1 : REAL(ioctl, fd, request, argument);
}

int setns(int fd, int type)
{
    return fault(SETNS) == 1 ? -1 : REAL(setns, fd, type);
}

#define OPENS(name)                                            \
    int name(const char *path, int flags, ...)                 \
    {                                                          \
        va_list rest;                                          \
        va_start(rest, flags);                                 \
        int mode = flags & O_CREAT ? va_arg(rest, int) : 0;    \
        va_end(rest);                                          \
        if (!armed && arm && strstr(path, arm))                       \
            armed = 1;                                         \
        return fault(OPEN) == 1 ? -1 : REAL(name, path, flags, mode); \
    }
OPENS(open)
OPENS(open64)

ssize_t read(int fd, void *data, size_t size)
{
    int how = fault(READ);

    return how == 1 ? -1 : REAL(read, fd, data, how == 2 ? HALF(size) : size);
}

ssize_t write(int fd, const void *data, size_t size)
{
    int how = fault(WRITE);

    return how == 1 ? -1 : REAL(write, fd, data, how == 2 ? HALF(size) : size);
}
