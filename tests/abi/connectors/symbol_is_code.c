/* Exports a function where the contract wants data. */
#include "weir/types.h"

__attribute__((visibility("default"))) int weir_connector(void);

int weir_connector(void)
{
    return 1;
}
