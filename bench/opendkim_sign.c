/* Signs messages with libopendkim, rsa-sha256 and relaxed/relaxed, and prints the DKIM-Signature fields: what
 * `relayctl dkim sign --header-only FILE...` does.
 *
 *   opendkim_sign KEY.pem DOMAIN SELECTOR FILE...
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <opendkim/dkim.h>

static void require(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "opendkim_sign: %s\n", what);
    exit(1);
}

static unsigned char *read_key(const char *path) {
    static unsigned char text[16384];
    FILE *file = fopen(path, "r");
    require(file != NULL, path);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void sign(DKIM_LIB *library, dkim_sigkey_t key, char **words, const char *path) {
    DKIM_STAT status;
    DKIM *message = dkim_sign(library, (const unsigned char *)path, NULL, key, (const unsigned char *)words[3],
                              (const unsigned char *)words[2], DKIM_CANON_RELAXED, DKIM_CANON_RELAXED,
                              DKIM_SIGN_RSASHA256, -1, &status);
    require(message != NULL, "dkim_sign");
    FILE *file = fopen(path, "r");
    require(file != NULL, path);
    static unsigned char chunk[65536];
    size_t size;
    while ((size = fread(chunk, 1, sizeof chunk, file)) > 0)
        require(dkim_chunk(message, chunk, size) == DKIM_STAT_OK, "dkim_chunk");
    fclose(file);
    require(dkim_chunk(message, NULL, 0) == DKIM_STAT_OK, "dkim_chunk");
    require(dkim_eom(message, NULL) == DKIM_STAT_OK, "dkim_eom");
    unsigned char *field;
    require(dkim_getsighdr_d(message, sizeof "DKIM-Signature: " - 1, &field, &size) == DKIM_STAT_OK,
            "dkim_getsighdr_d");
    printf("DKIM-Signature: %s\r\n", (const char *)field);
    dkim_free(message);
}

int main(int argc, char **argv) {
    require(argc > 4, "KEY.pem DOMAIN SELECTOR FILE...");
    unsigned char *key = read_key(argv[1]);
    DKIM_LIB *library = dkim_init(NULL, NULL);
    require(library != NULL, "dkim_init");
    for (int i = 4; i < argc; ++i)
        sign(library, key, argv, argv[i]);
    dkim_close(library);
    return 0;
}
