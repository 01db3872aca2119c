//go:build cgo

/* Runs Drafter on a thread of its own, for the size of its stack: the threads
 * that Go calls C on have what the system gives, which is 8 MiB on Linux, half
 * a MiB on macOS and less with musl, and Drafter recurses with its input. The
 * memory of a stack is taken page by page as it is used, so a large one costs
 * next to nothing. */
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "native.h"

struct job {
    const char *source;
    int source_maps;
    struct bailiff_drafter_result *result;
};

static void *work(void *argument)
{
    struct job *job = argument;
    bailiff_drafter_run(job->source, job->source_maps, job->result);
    return NULL;
}

/* Signals for the process, such as Ctrl-C, are for Go's own threads; a new
 * thread inherits the mask. Faults stay, or a crash would tell nothing. */
static void mask_signals(sigset_t *old)
{
    sigset_t mask;
    sigfillset(&mask);
    sigdelset(&mask, SIGABRT);
    sigdelset(&mask, SIGBUS);
    sigdelset(&mask, SIGFPE);
    sigdelset(&mask, SIGILL);
    sigdelset(&mask, SIGSEGV);
    sigdelset(&mask, SIGTRAP);
    pthread_sigmask(SIG_SETMASK, &mask, old);
}

static int start(pthread_t *thread, size_t stack, struct job *job)
{
    pthread_attr_t attributes;
    sigset_t old;
    int failed = pthread_attr_init(&attributes);
    if (failed)
        return failed;
    failed = pthread_attr_setstacksize(&attributes, stack);
    if (!failed) {
        mask_signals(&old);
        failed = pthread_create(thread, &attributes, work, job);
        pthread_sigmask(SIG_SETMASK, &old, NULL);
    }
    pthread_attr_destroy(&attributes);
    return failed;
}

void bailiff_drafter_parse(const char *source, int source_maps, size_t stack,
    struct bailiff_drafter_result *result)
{
    struct job job = { source, source_maps, result };
    pthread_t thread;
    memset(result, 0, sizeof *result);
    int failed = start(&thread, stack, &job);
    if (failed) {
        result->code = BAILIFF_DRAFTER_THREAD;
        result->detail = failed;
        return;
    }
    pthread_join(thread, NULL);
}
