/*
 * main: the door.
 */
#include "app.h"
#include "cli/cli.h"

int main(int argc, char **argv)
{
    const struct cli_app app = {
        .version = WEIR_VERSION,
        .serve = app_serve,
        .check = app_check,
        .restore = app_restore,
        .openapi = app_openapi,
    };

    return cli_run(argc, argv, &app);
}
