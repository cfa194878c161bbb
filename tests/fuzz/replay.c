/*
 * replay: feeds a fuzz target each file of the folders it is given, once. For builds without libFuzzer, so
 * that an input that once broke a parser is tried again in all of them.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Not every target has one. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

#define INPUT_MAX ((size_t)16 << 20)

static int feed_file(const char *folder, const char *name)
{
    char path[4096];
    uint8_t *data = NULL;
    uint8_t *exact = NULL;
    FILE *file = NULL;
    size_t size;
    int rc = 1;

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) {
        goto out;
    }
    file = fopen(path, "rb");
    data = malloc(INPUT_MAX);
    if (file == NULL || data == NULL) {
        goto out;
    }
    size = fread(data, 1, INPUT_MAX, file);
    if (ferror(file)) {
        goto out;
    }
    /* Not a byte longer, so that the sanitizers see a read behind the end. */
    exact = malloc(size > 0 ? size : 1);
    if (exact == NULL) {
        goto out;
    }
    memcpy(exact, data, size);
    printf("%s\n", path);
    (void)fflush(stdout);
    (void)LLVMFuzzerTestOneInput(exact, size);
    rc = 0;

out:
    if (rc != 0) {
        (void)fprintf(stderr, "%s/%s: can not be read\n", folder, name);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    free(exact);
    free(data);
    return rc;
}

static int feed_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    size_t count = 0;
    int rc = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            rc |= feed_file(folder, entry->d_name);
            count++;
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    if (count == 0) {
        (void)fprintf(stderr, "%s: no inputs there\n", folder);
        return 1;
    }
    return rc;
}

int main(int argc, char **argv)
{
    int rc = argc < 2;

    if (rc != 0) {
        (void)fprintf(stderr, "usage: %s <folder>...\n", argv[0]);
        return 2;
    }
    if (LLVMFuzzerInitialize != NULL) {
        (void)LLVMFuzzerInitialize(&argc, &argv);
    }
    for (int i = 1; i < argc; i++) {
        rc |= feed_folder(argv[i]);
    }
    return rc;
}
