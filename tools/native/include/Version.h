/*
 * The version that the library tells. Drafter's own build writes this file
 * from the tag of its repository; the npm package that carries the sources
 * leaves it out, so it is given here, for the release that package.json pins.
 */
#ifndef BAILIFF_DRAFTER_VERSION_H
#define BAILIFF_DRAFTER_VERSION_H

#define DRAFTER_MAJOR_VERSION 5
#define DRAFTER_MINOR_VERSION 1
#define DRAFTER_PATCH_VERSION 0
#define DRAFTER_VERSION_STRING "v5.1.0"

#endif
