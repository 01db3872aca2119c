/* What the Go side calls, and what it links to. */
#ifndef BAILIFF_DRAFTER_NATIVE_H
#define BAILIFF_DRAFTER_NATIVE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Codes beside Drafter's own, which are small. */
enum {
    BAILIFF_DRAFTER_ABSENT = -1000, /* no library in this program */
    BAILIFF_DRAFTER_THREW = -1001,  /* an exception, told by message */
    BAILIFF_DRAFTER_THREAD = -1002  /* no thread to work on; detail is the errno */
};

struct bailiff_drafter_result {
    int code;          /* one of the above or Drafter's: below 0 when it could not work */
    int detail;        /* see BAILIFF_DRAFTER_THREAD */
    char *json;        /* the parse result, for the caller to free, or NULL */
    size_t length;     /* of json */
    char message[256]; /* see BAILIFF_DRAFTER_THREW */
};

/* Parses an API Blueprint that ends with NUL, on a thread with a stack of the
 * given size, and waits for it. thread.c defines it. */
void bailiff_drafter_parse(const char *source, int source_maps, size_t stack,
    struct bailiff_drafter_result *result);

/* The same on the thread of the caller; weak in absent.c, strong in binding.h. */
void bailiff_drafter_run(const char *source, int source_maps, struct bailiff_drafter_result *result);

/* The version of the library, "" when there is none. Weak and strong likewise. */
const char *bailiff_drafter_version(void);

/* bailiff_drafter_run for a program that has the library. guard.cc defines it. */
void bailiff_drafter_guarded(const char *source, int source_maps, struct bailiff_drafter_result *result);

#ifdef __cplusplus
}
#endif

#endif
