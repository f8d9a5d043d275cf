/* refuse FAMILY ERRNO [FAMILY ERRNO ...] -- PROGRAM: run it where socket(2) of a family fails, as in a sandbox. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) \
    (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skipped) \
    (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped)
#define END(action) \
    (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, action)

int main(int count, char **words)
{
    struct sock_filter filter[40];
    unsigned short used = 0;
    int at = 1;

    for (; at + 1 < count && strcmp(words[at], "--") != 0 && used < 30; at += 2) {
        filter[used++] = LOAD(nr);
        filter[used++] = UNLESS(SYS_socket, 3);
        filter[used++] = LOAD(args[0]);
        filter[used++] = UNLESS((unsigned) atoi(words[at]), 1);
        filter[used++] = END(SECCOMP_RET_ERRNO | (unsigned) atoi(words[at + 1]));
    }
    filter[used++] = END(SECCOMP_RET_ALLOW);
    struct sock_fprog program = {used, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        perror("seccomp");
        return 99;
    }
    execvp(words[at + 1], words + at + 1);
    perror(words[at + 1]);
    return 98;
}
