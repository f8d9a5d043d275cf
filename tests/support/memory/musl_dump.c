/* Prints the list of getifaddrs() as objects of memory: HEAD, then ADDRESS and BYTES of each, in hexadecimal.
   Linked against musl, it shows what the decoder would read there. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void object(const void *start, size_t size)
{
    const unsigned char *bytes = start;

    printf("%jx ", (uintmax_t) (uintptr_t) start);
    while (size--)
        printf("%02x", *bytes++);
    putchar('\n');
}

static void address(const struct sockaddr *sa)
{
    if (sa == 0)
        return;
    if (sa->sa_family == AF_INET)
        object(sa, sizeof(struct sockaddr_in));
    else if (sa->sa_family == AF_INET6)
        object(sa, sizeof(struct sockaddr_in6));
    else
        object(sa, 12 + 24);        /* musl keeps room for 24 bytes of hardware address */
}

int main(void)
{
    struct ifaddrs *head, *entry;

    if (getifaddrs(&head) != 0)
        return 1;
    printf("%jx\n", (uintmax_t) (uintptr_t) head);
    for (entry = head; entry; entry = entry->ifa_next) {
        object(entry, sizeof(*entry));
        object(entry->ifa_name, strlen(entry->ifa_name) + 1);
        address(entry->ifa_addr);
        address(entry->ifa_netmask);
        address(entry->ifa_dstaddr);
    }
    freeifaddrs(head);
    return 0;
}
