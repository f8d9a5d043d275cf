/* Preloaded, makes socket() fail for the families whose errno is given: NOSOCKET_IPV4=97, NOSOCKET_IPV6=97. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

int socket(int family, int type, int protocol)
{
    const char *refuse = getenv(family == AF_INET      ? "NOSOCKET_IPV4"
                                : family == AF_INET6   ? "NOSOCKET_IPV6"
                                : family == AF_NETLINK ? "NOSOCKET_NETLINK"
                                                       : "");

    if (refuse) {
        errno = atoi(refuse);
        return -1;
    }
    return ((int (*)(int, int, int)) dlsym(RTLD_NEXT, "socket"))(family, type, protocol);
}
