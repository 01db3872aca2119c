/* Puts the library in the place of absent.c. It defines functions, so only the
 * one Go file that links the library includes it. */
#include "native.h"

/* Our own prototype, so that no header of Drafter has to be installed. */
const char *drafter_version_string(void);

void bailiff_drafter_run(const char *source, int source_maps, struct bailiff_drafter_result *result)
{
    bailiff_drafter_guarded(source, source_maps, result);
}

const char *bailiff_drafter_version(void)
{
    return drafter_version_string();
}
