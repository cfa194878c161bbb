/*
 * new: writes the folder of a new connector, which builds and passes as it is.
 *
 * The folder is the SDK's template with another name in it. Whoever has it changes it into the connector of a
 * real tool. Knows nothing of cases or of connectors that are loaded.
 */
#ifndef WEIR_HARNESS_NEW_H
#define WEIR_HARNESS_NEW_H

#include "weir/types.h"

/* The template of the SDK that this program was installed with. WEIR_E_NONE: the program lies somewhere else.
 */
int new_template_folder(char *out, size_t cap, struct weir_error *err);

/*
 * Make the folder ./<tool> out of the template. WEIR_E_INVALID: not a tool's name, or one that the template's
 * own files have. WEIR_E_CONFIG: there is such a folder already, or no template; nothing was written.
 * WEIR_E_IO, WEIR_E_LIMIT: what was written until then is left. Thread: setup.
 */
int new_connector(const char *tool, const char *template_folder, struct weir_error *err);

#endif
