/* What a disk holds after a power cut: each file as it was when it was last synced, and nothing else.
 *
 * Preloaded into the bot. After every fsync and fdatasync of a file in POWERCUT_FOLDER the file is copied to
 * POWERCUT_DISK, whole and under a temporary name first, so that a kill at any instant leaves a whole copy there.
 * A file that is deleted is deleted there, too: journaling file systems keep deletions and later syncs in order.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *name_within(const char *folder, const char *path)
{
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0 || path[length] != '/')
        return NULL;
    const char *name = path + length + 1;
    return *name == '\0' || strchr(name, '/') != NULL ? NULL : name;
}

/* Reads through the given descriptor: opening and closing the file anew would drop SQLite's locks on it. */
static void copy(int from, const char *to)
{
    char draft[2 * PATH_MAX + 8], block[1 << 16];
    snprintf(draft, sizeof draft, "%s.draft", to);
    int out = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t size = -1;
    for (off_t at = 0; out >= 0 && (size = pread(from, block, sizeof block, at)) > 0; at += size)
        if (write(out, block, (size_t)size) != size)
            abort();
    if (size != 0 || close(out) != 0 || rename(draft, to) != 0)
        abort();
}

static void synced(int file)
{
    const char *folder = getenv("POWERCUT_FOLDER"), *disk = getenv("POWERCUT_DISK");
    char link[64], path[PATH_MAX], to[2 * PATH_MAX];
    struct stat what;
    if (folder == NULL || disk == NULL || fstat(file, &what) != 0 || !S_ISREG(what.st_mode))
        return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return;
    path[length] = '\0';
    const char *name = name_within(folder, path);
    if (name == NULL)
        return;
    snprintf(to, sizeof to, "%s/%s", disk, name);
    copy(file, to);
}

int fsync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int result = real(file);
    if (result == 0)
        synced(file);
    return result;
}

int fdatasync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int result = real(file);
    if (result == 0)
        synced(file);
    return result;
}

int unlink(const char *path)
{
    int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    const char *folder = getenv("POWERCUT_FOLDER"), *disk = getenv("POWERCUT_DISK");
    const char *name = folder != NULL && disk != NULL ? name_within(folder, path) : NULL;
    int result = real(path);
    if (result == 0 && name != NULL) {
        char gone[2 * PATH_MAX];
        snprintf(gone, sizeof gone, "%s/%s", disk, name);
        real(gone);
    }
    return result;
}
