/*
 * regmemo.c: a regcomp and regfree that keep compiled patterns.
 *
 * Drafter matches nearly every line of a document against a few dozen fixed
 * POSIX patterns, and compiles the pattern anew each time; on a large document
 * that is four fifths of the time of a parse. The Makefile builds Drafter with
 * regcomp and regfree renamed to the two functions of this file, which hand a
 * compiled pattern out, take it back, and hand it out again.
 *
 * A compiled pattern has one owner at a time: either the pool, or the caller
 * between regcomp and regfree. So no two threads ever match with the same one,
 * and whatever regexec keeps inside it needs no lock. Giving it away is a copy
 * of the struct, after which the old one is never looked at.
 *
 * The pool cannot grow without bound: it knows at most MAX_PATTERNS patterns of
 * at most MAX_LENGTH bytes, and keeps at most MAX_IDLE compiled forms of each.
 * Whatever does not fit is compiled and freed as usual.
 */
#include <pthread.h>
#include <regex.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    MAX_PATTERNS = 128, /* Drafter has fewer than 50; a power of two, at most half used */
    MAX_LENGTH = 512,   /* its longest has under 200 bytes */
    MAX_IDLE = 16       /* threads that parse at once and still gain */
};

struct pattern {
    char text[MAX_LENGTH]; /* "" while the slot is unused */
    int flags;
    int idle; /* how many of compiled wait to be handed out */
    regex_t compiled[MAX_IDLE];
};

static struct {
    pthread_mutex_t lock;
    int used;
    struct pattern patterns[MAX_PATTERNS];
} pool = { PTHREAD_MUTEX_INITIALIZER, 0, { { "", 0, 0, { { 0 } } } } };

/* What this thread was handed last, so that regfree, which is told nothing but
 * the address, knows where it belongs. Drafter never has two at a time. If the
 * address is another one, the compiled pattern is simply freed. */
static _Thread_local struct {
    const regex_t *address;
    struct pattern *from;
} lent;

/* FNV-1a */
static uint32_t hash(const char *text, int flags)
{
    uint32_t h = 2166136261u ^ (uint32_t)flags;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619u;
    return h;
}

/* Returns the slot of a pattern, claiming one if it has none yet; NULL when it
 * may not have one. Call with the lock held. */
static struct pattern *find(const char *text, int flags)
{
    uint32_t at = hash(text, flags);
    struct pattern *p = &pool.patterns[at % MAX_PATTERNS];
    while (p->text[0] != '\0') {
        if (p->flags == flags && strcmp(p->text, text) == 0)
            return p;
        p = &pool.patterns[++at % MAX_PATTERNS];
    }
    size_t length = strlen(text);
    if (length == 0 || length >= MAX_LENGTH || pool.used >= MAX_PATTERNS / 2)
        return NULL;
    pool.used++;
    memcpy(p->text, text, length + 1);
    p->flags = flags;
    return p;
}

int bailiff_regcomp(regex_t *preg, const char *text, int flags)
{
    int ready = 0;
    pthread_mutex_lock(&pool.lock);
    struct pattern *p = find(text, flags);
    if (p != NULL && p->idle > 0) {
        *preg = p->compiled[--p->idle];
        ready = 1;
    }
    pthread_mutex_unlock(&pool.lock);

    int code = ready ? 0 : regcomp(preg, text, flags);
    lent.address = code == 0 ? preg : NULL;
    lent.from = p;
    return code;
}

void bailiff_regfree(regex_t *preg)
{
    struct pattern *p = lent.address == preg ? lent.from : NULL;
    int kept = 0;
    lent.address = NULL;
    if (p != NULL) {
        pthread_mutex_lock(&pool.lock);
        if (p->idle < MAX_IDLE) {
            p->compiled[p->idle++] = *preg;
            kept = 1;
        }
        pthread_mutex_unlock(&pool.lock);
    }
    if (!kept)
        regfree(preg);
}
