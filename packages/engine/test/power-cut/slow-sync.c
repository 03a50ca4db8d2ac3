/* Makes every fsync and fdatasync of a process take SLOW_SYNC_MS longer, like a slow disk: see write-paths.ts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void slow(void) {
  const char *ms = getenv("SLOW_SYNC_MS");
  if (ms != NULL) usleep(1000 * atoi(ms));
}

int fsync(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  slow();
  return real(fd);
}

int fdatasync(int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  slow();
  return real(fd);
}
