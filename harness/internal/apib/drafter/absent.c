//go:build cgo

/* Stands in while no library is linked; see the package comment. */
#include "native.h"

__attribute__((weak)) void bailiff_drafter_run(
    const char *source, int source_maps, struct bailiff_drafter_result *result)
{
    (void)source;
    (void)source_maps;
    result->code = BAILIFF_DRAFTER_ABSENT;
}

__attribute__((weak)) const char *bailiff_drafter_version(void)
{
    return "";
}
