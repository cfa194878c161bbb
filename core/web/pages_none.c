/*
 * pages_none: what stands for the pages in a build without them.
 */
#include "web/pages.h"

const struct page_file page_files[] = {{.name = NULL}};
const size_t page_file_count = 0;
