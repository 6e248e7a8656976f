/* The least that a reservation can be: one row counted up in a transaction of its own, in WAL mode without a sync.
     bench_reserve_bare FILE COUNT */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* As in relayctl: short naps. */
static int wait_for_lock(void *unused, int calls) {
    (void)unused;
    usleep(100 * (unsigned)(calls < 9 ? calls + 1 : 10));
    return calls < 10000;
}

static void must(int code, sqlite3 *db) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fprintf(stderr, "bench_reserve_bare: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(sqlite3 *db, sqlite3_stmt *statement) {
    must(sqlite3_step(statement), db);
    sqlite3_reset(statement);
}

int main(int argc, char **argv) {
    sqlite3 *db = NULL;
    sqlite3_stmt *begin = NULL, *update = NULL, *commit = NULL;
    if (argc != 3) return 2;
    must(sqlite3_open(argv[1], &db), db);
    sqlite3_busy_handler(db, wait_for_lock, NULL);
    must(sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                          "CREATE TABLE IF NOT EXISTS day (relay INTEGER PRIMARY KEY, messages INTEGER NOT NULL);"
                          "INSERT OR IGNORE INTO day VALUES (1, 0)", NULL, NULL, NULL), db);
    must(sqlite3_prepare_v2(db, "BEGIN IMMEDIATE", -1, &begin, NULL), db);
    must(sqlite3_prepare_v2(db, "UPDATE day SET messages = messages + 1 WHERE relay = 1", -1, &update, NULL), db);
    must(sqlite3_prepare_v2(db, "COMMIT", -1, &commit, NULL), db);
    for (long i = strtol(argv[2], NULL, 10); i > 0; --i) {
        run(db, begin);
        run(db, update);
        run(db, commit);
    }
    sqlite3_finalize(begin);
    sqlite3_finalize(update);
    sqlite3_finalize(commit);
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
