/* Run a program and print its peak memory in KiB. A Python that did it would measure itself: a child's peak begins with
   that of the process it is forked from. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    pid_t child;

    if (argc < 2 || (child = fork()) < 0)
        return 2;
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), 1);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (wait4(child, &status, 0, &usage) != child || status != 0)
        return 1;
    return printf("%ld\n", usage.ru_maxrss) < 0;
}
