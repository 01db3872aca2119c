//go:build cgo && drafter_system

// Calls Drafter and keeps its exceptions from C and Go, where they would end
// the process. tools/native/Makefile builds this file into libdrafter.a, so
// that a build of this package needs no C++ compiler; only with drafter_system
// does Go build it here.

#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>

#include "native.h"

// Our own prototypes, after drafter.h of 5.x, so that no header of Drafter has
// to be installed.
extern "C" {
struct drafter_result;
struct drafter_parse_options;
struct drafter_serialize_options;

drafter_serialize_options *drafter_init_serialize_options(void);
void drafter_free_serialize_options(drafter_serialize_options *);
void drafter_set_sourcemaps_included(drafter_serialize_options *);
void drafter_set_format(drafter_serialize_options *, int format);
int drafter_parse_blueprint(const char *source, drafter_result **out, const drafter_parse_options *);
char *drafter_serialize(drafter_result *, const drafter_serialize_options *);
void drafter_free_result(drafter_result *);
}

namespace
{

const int json = 1; // DRAFTER_SERIALIZE_JSON

struct free_result {
    void operator()(drafter_result *r) const { drafter_free_result(r); }
};

struct free_options {
    void operator()(drafter_serialize_options *o) const { drafter_free_serialize_options(o); }
};

void parse(const char *source, int source_maps, bailiff_drafter_result &result)
{
    std::unique_ptr<drafter_serialize_options, free_options> options(drafter_init_serialize_options());
    drafter_set_format(options.get(), json);
    if (source_maps)
        drafter_set_sourcemaps_included(options.get());

    drafter_result *parsed = nullptr;
    result.code = drafter_parse_blueprint(source, &parsed, nullptr);
    std::unique_ptr<drafter_result, free_result> owner(parsed);
    if (!parsed)
        return;

    result.json = drafter_serialize(parsed, options.get());
    if (result.json)
        result.length = std::strlen(result.json);
}

void threw(bailiff_drafter_result &result, const char *what)
{
    result.code = BAILIFF_DRAFTER_THREW;
    std::snprintf(result.message, sizeof result.message, "%s", what);
}

} // namespace

extern "C" void bailiff_drafter_guarded(
    const char *source, int source_maps, bailiff_drafter_result *result)
{
    try {
        parse(source, source_maps, *result);
    } catch (const std::exception &e) {
        threw(*result, e.what());
    } catch (const char *text) { // Drafter throws these too
        threw(*result, text);
    } catch (...) {
        threw(*result, "an exception of unknown type");
    }
}
