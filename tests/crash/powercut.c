/* What a disk holds after a power cut: each file as it was when it was last synced, and nothing else.
 *
 * Preloaded into the bot. After every fsync and fdatasync of a file below POWERCUT_FOLDER the file is copied to
 * POWERCUT_DISK, whole and under a temporary name first, so that a kill at any instant leaves a whole copy there.
 * A file that is renamed keeps its old name on the disk until its folder is synced. A file that is deleted is deleted
 * there, too, and a folder that is made is there: journaling file systems keep those and later syncs in order.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_RENAMES 64

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char renamed[MOST_RENAMES][2][2 * PATH_MAX];
static int renames = 0;

/* Where a file of the folder is on the disk; 0 for one that is elsewhere. */
static int on_disk(const char *path, char to[2 * PATH_MAX])
{
    const char *folder = getenv("POWERCUT_FOLDER"), *disk = getenv("POWERCUT_DISK");
    if (folder == NULL || disk == NULL)
        return 0;
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0 || path[length] != '/' || path[length + 1] == '\0')
        return 0;
    snprintf(to, 2 * PATH_MAX, "%s%s", disk, path + length);
    return 1;
}

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

/* Reads through the given descriptor where that can be read: opening and closing the file anew would drop SQLite's
 * locks on it. */
static void copy(int file, const char *path, char *to)
{
    char draft[2 * PATH_MAX + 8], block[1 << 16];
    int from = (fcntl(file, F_GETFL) & O_ACCMODE) == O_WRONLY ? open(path, O_RDONLY | O_CLOEXEC) : file;
    make_folders(to);
    snprintf(draft, sizeof draft, "%s.draft", to);
    int out = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t size = -1;
    for (off_t at = 0; out >= 0 && (size = pread(from, block, sizeof block, at)) > 0; at += size)
        if (write(out, block, (size_t)size) != size)
            abort();
    int (*move)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    if (size != 0 || close(out) != 0 || move(draft, to) != 0)
        abort();
    if (from != file)
        close(from);
}

/* The names in a folder are on the disk now: carry out there what was renamed in it, in order. */
static void synced_folder(const char *folder)
{
    int (*move)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    size_t length = strlen(folder);
    int kept = 0;
    pthread_mutex_lock(&lock);
    for (int one = 0; one < renames; one++) {
        const char *name = renamed[one][1];
        if (strncmp(name, folder, length) == 0 && name[length] == '/' && strchr(name + length + 1, '/') == NULL) {
            move(renamed[one][0], name);
        } else if (kept++ != one) {
            memcpy(renamed[kept - 1], renamed[one], sizeof renamed[one]);
        }
    }
    renames = kept;
    pthread_mutex_unlock(&lock);
}

static void synced(int file)
{
    char link[64], path[PATH_MAX], to[2 * PATH_MAX];
    struct stat what;
    if (fstat(file, &what) != 0 || !(S_ISREG(what.st_mode) || S_ISDIR(what.st_mode)))
        return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return;
    path[length] = '\0';
    if (!on_disk(path, to))
        return;
    if (S_ISDIR(what.st_mode))
        synced_folder(to);
    else
        copy(file, path, to);
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

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    char was[2 * PATH_MAX], is[2 * PATH_MAX];
    int result = real(from, to);
    if (result == 0 && on_disk(from, was) && on_disk(to, is)) {
        pthread_mutex_lock(&lock);
        if (renames == MOST_RENAMES)
            abort();
        strcpy(renamed[renames][0], was);
        strcpy(renamed[renames++][1], is);
        pthread_mutex_unlock(&lock);
    }
    return result;
}

int unlink(const char *path)
{
    int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    char gone[2 * PATH_MAX];
    int result = real(path);
    if (result == 0 && on_disk(path, gone))
        real(gone);
    return result;
}
