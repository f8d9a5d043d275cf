/* The least that a C program can do to read this host: the yardstick for whole processes. */
#include <ifaddrs.h>
#include <stddef.h>

int main(void)
{
    struct ifaddrs *list;
    unsigned count = 0;

    if (getifaddrs(&list) != 0)
        return 1;
    for (struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next)
        count++;
    freeifaddrs(list);
    return count == 0;
}
