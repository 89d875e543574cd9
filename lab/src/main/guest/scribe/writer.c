/*
 * Scribe's writer: one numbered record after the other to a raw disk, each safe there before its
 * number is told to readers of /last. The disk has a log, which is a ring, and behind it slots,
 * into which a record may say that it is copied, or which it may say that it empties.
 *
 *   record n      at place (n - 1) mod ring of the log, 512 bytes
 *   slot s        behind the log's last place, from 0: zeros, or a copy of the record that says so
 *
 * A record (docs/formats/scribe-record.md), ASCII up to byte 152:
 *
 *     0  "SCRIBE2 "
 *     8  its number, 16 digits, and a space
 *    25  seconds since 1970, 10 digits, and a space
 *    36  the number up to which everything was on the disk when it was made: records and
 *        what they said about slots; 16 digits, and a space
 *    53  the places of the log, 10 digits, and a space
 *    64  what it does to slots: "-" nothing, "W" copies itself to them, "Z" makes them zeros,
 *        "D" discards them; and a space
 *    66  the first slot, 10 digits, and a space
 *    77  the last slot, 10 digits, and a space
 *    88  SHA-256 of the 88 bytes before, in hex
 *   152  359 bytes that follow from the checksum, and no compressor makes smaller
 *   511  a line feed
 *
 * Records are written a batch at a time, each batch flushed before the next begins. What a batch
 * says about slots is done after its own flush, and flushed before the next batch. So whatever a
 * disk shows that was captured in one moment, only the newest batch can be half there.
 *
 *   writer DISK FOLDER     the folder has what readers get, and what is asked of the writer
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    RECORD_BYTES = 512,
    HEAD_BYTES = 88,
    FILLER_START = 152,
    /* A batch is as much as may be half there after a crash. ScribeAudit knows this number. */
    LARGEST_BATCH = 512,
    LARGEST_SCATTER = 64,
    /* Batches come at most this often, and questions are looked at least this often. */
    SHORTEST_PERIOD_MS = 50,
    LONGEST_PAUSE_MS = 100,
    /* About twelve records a second. */
    DEFAULT_PACE = 6144,
    HIGHEST_PACE = 100000000,
    ZEROING_STEP = 64 << 20,
};

typedef struct {
    uint64_t number, settled, ring, from, to;
    int64_t seconds;
    char deed;
} record;

static int disk;
static const char *folder;
static uint64_t ring, slots;
static uint64_t last, settled;
static uint64_t pace = DEFAULT_PACE;
static unsigned scatter;
static int quiet;
static uint64_t dice;
static unsigned char *batch;

static void fail(const char *what) {
    fprintf(stderr, "writer: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* --- SHA-256 (FIPS 180-4) ------------------------------------------------------------------- */

static const uint32_t sha_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, int by) {
    return x >> by | x << (32 - by);
}

static void sha_block(uint32_t h[8], const unsigned char *in) {
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)in[4 * i] << 24 | (uint32_t)in[4 * i + 1] << 16 | (uint32_t)in[4 * i + 2] << 8
               | in[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7]
               + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t one = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25))
                       + ((v[4] & v[5]) ^ (~v[4] & v[6])) + sha_constants[i] + w[i];
        uint32_t two = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22))
                       + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += one;
        v[0] = one + two;
    }
    for (int i = 0; i < 8; i++)
        h[i] += v[i];
}

/* The checksum of a head, whose length is always the same: two blocks with the padding. */
static void checksum(const unsigned char *head, char hex[65]) {
    uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    unsigned char padded[128] = {0};
    memcpy(padded, head, HEAD_BYTES);
    padded[HEAD_BYTES] = 0x80;
    padded[126] = HEAD_BYTES * 8 >> 8;
    padded[127] = (unsigned char)(HEAD_BYTES * 8);
    sha_block(h, padded);
    sha_block(h, padded + 64);
    for (int i = 0; i < 8; i++)
        sprintf(hex + 8 * i, "%08x", h[i]);
}

/* --- Records -------------------------------------------------------------------------------- */

static uint64_t shuffled(uint64_t x) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

static void encode(const record *r, unsigned char *sector) {
    char hex[65], start[17];
    int length = sprintf((char *)sector, "SCRIBE2 %016llu %010lld %016llu %010llu %c %010llu %010llu ",
                         (unsigned long long)r->number, (long long)r->seconds,
                         (unsigned long long)r->settled, (unsigned long long)r->ring, r->deed,
                         (unsigned long long)r->from, (unsigned long long)r->to);
    if (length != HEAD_BYTES) {
        errno = EOVERFLOW;
        fail("a record's head");
    }
    checksum(sector, hex);
    memcpy(sector + HEAD_BYTES, hex, 64);
    memcpy(start, hex, 16);
    start[16] = 0;
    uint64_t x = strtoull(start, NULL, 16) | 1;
    for (int at = FILLER_START; at < RECORD_BYTES; at += 8) {
        x = shuffled(x);
        memcpy(sector + at, &x, 8); /* x86: the lowest byte comes first. */
    }
    sector[RECORD_BYTES - 1] = '\n';
}

static int decode(const unsigned char *sector, record *r) {
    unsigned char again[RECORD_BYTES];
    char head[HEAD_BYTES + 1];
    unsigned long long number, settled_, ring_, from, to;
    long long seconds;
    memcpy(head, sector, HEAD_BYTES);
    head[HEAD_BYTES] = 0;
    if (sscanf(head, "SCRIBE2 %16llu %10lld %16llu %10llu %c %10llu %10llu ", &number, &seconds,
               &settled_, &ring_, &r->deed, &from, &to)
        != 7)
        return 0;
    r->number = number, r->seconds = seconds, r->settled = settled_;
    r->ring = ring_, r->from = from, r->to = to;
    if (number == 0 || ring_ == 0 || seconds < 0)
        return 0;
    encode(r, again);
    return memcmp(sector, again, RECORD_BYTES) == 0;
}

static uint64_t place_of(uint64_t number) {
    return (number - 1) % ring;
}

/* What is at a place of the log, counted from 0: the number of the record that belongs there, or 0. */
static uint64_t number_at(uint64_t place, record *r) {
    if (pread(disk, batch, RECORD_BYTES, (off_t)(place * RECORD_BYTES)) != RECORD_BYTES)
        fail("reading");
    if (!decode(batch, r) || (ring != 0 && (r->ring != ring || place_of(r->number) != place)))
        return 0;
    return r->number;
}

static void write_all(const unsigned char *from, size_t bytes, uint64_t place) {
    if (pwrite(disk, from, bytes, (off_t)(place * RECORD_BYTES)) != (ssize_t)bytes)
        fail("writing");
}

static void flush(void) {
    if (fdatasync(disk) != 0)
        fail("flushing");
}

/* --- What is known of the disk at the start ------------------------------------------------- */

static void measure_disk(void) {
    uint64_t bytes;
    if (ioctl(disk, BLKGETSIZE64, &bytes) != 0)
        fail("measuring the disk");
    if (ring == 0)
        ring = bytes / RECORD_BYTES / 2;
    slots = bytes / RECORD_BYTES - ring;
}

/*
 * The first place has record f of some round. Behind it the records of that round follow without
 * gaps, but for the newest batch, so the last is found by halving; holes in that batch are then
 * looked for one by one.
 */
static void find_last(void) {
    record r = {0};
    uint64_t first = number_at(0, &r);
    if (first != 0)
        ring = r.ring;
    measure_disk();
    if (first == 0) {
        /* The disk is empty, or the crash came when a round began. */
        last = number_at(ring - 1, &r);
        settled = last == 0 ? 0 : r.settled;
        return;
    }
    uint64_t low = 0, high = ring - 1;
    while (low < high) {
        uint64_t middle = (low + high + 1) / 2;
        if (number_at(middle, &r) == first + middle)
            low = middle;
        else
            high = middle - 1;
    }
    uint64_t from = low > LARGEST_BATCH ? low - LARGEST_BATCH : 0;
    while (from < low && number_at(from + 1, &r) == first + from + 1)
        from++;
    last = number_at(from, &r);
    settled = r.settled;
}

/* --- What readers are told ------------------------------------------------------------------ */

/* Renamed into place, so that no reader finds it half written. */
__attribute__((format(printf, 2, 3))) static void tell(const char *name, const char *format, ...) {
    char path[256], fresh[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(fresh, sizeof fresh, "%s/%s.new", folder, name);
    FILE *file = fopen(fresh, "w");
    if (file == NULL)
        fail(fresh);
    va_list values;
    va_start(values, format);
    vfprintf(file, format, values);
    va_end(values);
    if (fclose(file) != 0 || rename(fresh, path) != 0)
        fail(path);
}

/* Times to become safe since the pace was set, in classes that are 1.6 % wide. */
static uint64_t classes[58 * 128];
static uint64_t measured, longest_us, since_us, written;

static unsigned class_of(uint64_t us) {
    unsigned power = us < 128 ? 0 : 57 - (unsigned)__builtin_clzll(us);
    return power * 128 + (unsigned)(us >> power);
}

static uint64_t highest_of(unsigned class) {
    return (((uint64_t)(class % 128) + 1) << class / 128) - 1;
}

static void measure(uint64_t us) {
    classes[class_of(us)]++;
    measured++;
    if (us > longest_us)
        longest_us = us;
}

static void measure_anew(void) {
    memset(classes, 0, sizeof classes);
    measured = longest_us = written = 0;
    since_us = now_us();
}

static uint64_t percentile(unsigned percent) {
    uint64_t wanted = (measured * percent + 99) / 100, seen = 0;
    for (unsigned i = 0; i < sizeof classes / sizeof *classes && wanted > 0; i++) {
        seen += classes[i];
        if (seen >= wanted)
            return highest_of(i) < longest_us ? highest_of(i) : longest_us;
    }
    return 0;
}

static void tell_state(void) {
    tell("state",
         "{\"last\":%llu,\"settled\":%llu,\"ring\":%llu,\"slots\":%llu,\"pace\":%llu,\"scatter\":%u,"
         "\"quiet\":%s,\"measured_ms\":%llu,\"written_bytes\":%llu,"
         "\"fsyncs\":{\"count\":%llu,\"p50_us\":%llu,\"p99_us\":%llu,\"max_us\":%llu}}\n",
         (unsigned long long)last, (unsigned long long)settled, (unsigned long long)ring,
         (unsigned long long)slots, (unsigned long long)pace, scatter, quiet ? "true" : "false",
         (unsigned long long)((now_us() - since_us) / 1000), (unsigned long long)written,
         (unsigned long long)measured, (unsigned long long)percentile(50),
         (unsigned long long)percentile(99), (unsigned long long)longest_us);
}

/* --- Writing -------------------------------------------------------------------------------- */

static void do_to_slots(const record *r) {
    uint64_t start = (ring + r->from) * RECORD_BYTES, left = (r->to - r->from + 1) * RECORD_BYTES;
    if (r->deed == 'W') {
        uint64_t count = r->to - r->from + 1, place = ring + r->from;
        uint64_t most = count < LARGEST_BATCH ? count : LARGEST_BATCH;
        for (uint64_t i = 0; i < most; i++)
            encode(r, batch + i * RECORD_BYTES);
        for (uint64_t some; count > 0; count -= some, place += some) {
            some = count < most ? count : most;
            write_all(batch, some * RECORD_BYTES, place);
        }
    }
    for (uint64_t some; (r->deed == 'Z' || r->deed == 'D') && left > 0; left -= some, start += some) {
        some = left < ZEROING_STEP ? left : ZEROING_STEP;
        uint64_t range[2] = {start, some};
        /* A disk that cannot discard keeps what it has, which readers of the log allow for. */
        if (ioctl(disk, r->deed == 'Z' ? BLKZEROOUT : BLKDISCARD, range) != 0
            && (r->deed == 'Z' || errno != EOPNOTSUPP))
            fail("zeroing");
    }
}

static uint64_t throw_dice(uint64_t sides) {
    dice = shuffled(dice);
    return (dice >> 11) % sides;
}

/* Writes a batch of so many records, of which the first does what was asked, if anything was. */
static void write_batch(uint64_t count, const record *asked) {
    static record deeds[LARGEST_SCATTER + 1];
    unsigned deed_count = 0;
    uint64_t room = ring - last % ring;
    if (count > room)
        count = room;
    if (count > LARGEST_BATCH)
        count = LARGEST_BATCH;
    for (uint64_t i = 0; i < count; i++) {
        record r = {.number = last + 1 + i, .settled = last, .ring = ring,
                    .seconds = (int64_t)time(NULL), .deed = '-'};
        if (i == 0 && asked != NULL) {
            r.deed = asked->deed, r.from = asked->from, r.to = asked->to;
        } else if (slots > 0 && count - i <= scatter) {
            r.deed = 'W', r.from = r.to = throw_dice(slots);
        }
        encode(&r, batch + i * RECORD_BYTES);
        if (r.deed != '-')
            deeds[deed_count++] = r;
    }
    uint64_t start = now_us();
    write_all(batch, count * RECORD_BYTES, place_of(last + 1));
    flush();
    measure(now_us() - start);
    last += count;
    written += count * RECORD_BYTES;
    tell("last", "%llu\n", (unsigned long long)last);
    for (unsigned i = 0; i < deed_count; i++)
        do_to_slots(&deeds[i]);
    if (deed_count > 0)
        flush();
    settled = last;
}

/*
 * After a crash there may be records behind a hole, which were never announced: they would count
 * again once the hole is filled, so they go. What the newest batch said about slots may not have
 * been done: it does no harm to do it again.
 */
static void finish_newest_batch(void) {
    record r = {0};
    for (uint64_t number = last + 1; number <= last + LARGEST_BATCH && number <= last + ring; number++) {
        if (number_at(place_of(number), &r) > last) {
            memset(batch, 0, RECORD_BYTES);
            write_all(batch, RECORD_BYTES, place_of(number));
        }
    }
    for (uint64_t number = settled + 1; number <= last; number++)
        if (number_at(place_of(number), &r) == number && r.deed != '-')
            do_to_slots(&r);
    flush();
    settled = last;
}

/* --- What is asked -------------------------------------------------------------------------- */

/* Does what a question says and gives what to answer. */
static const char *carry_out(const char *question) {
    unsigned long long one, two;
    char word[9];
    if (sscanf(question, "pace=%llu", &one) == 1 && one <= HIGHEST_PACE) {
        pace = one;
        measure_anew();
    } else if (sscanf(question, "scatter=%llu", &one) == 1 && one <= LARGEST_SCATTER) {
        scatter = (unsigned)one;
    } else if (sscanf(question, "quiet=%llu", &one) == 1 && one <= 1) {
        quiet = (int)one;
    } else if (sscanf(question, "%8[a-z]=%llu-%llu", word, &one, &two) == 3 && one <= two && two < slots) {
        record asked = {.from = one, .to = two};
        asked.deed = strcmp(word, "write") == 0 ? 'W'
                     : strcmp(word, "zero") == 0 ? 'Z'
                     : strcmp(word, "discard") == 0 ? 'D' : 0;
        if (asked.deed == 0)
            return "unknown";
        if (quiet)
            return "quiet";
        write_batch(1, &asked);
    } else {
        return "unknown";
    }
    return "done";
}

/* Each question is a file FOLDER/asked/ID; its answer is put to FOLDER/ID.answer. */
static void answer_questions(void) {
    char path[256], question[128], name[64];
    snprintf(path, sizeof path, "%s/asked", folder);
    DIR *asked = opendir(path);
    if (asked == NULL)
        fail(path);
    for (struct dirent *entry; (entry = readdir(asked)) != NULL;) {
        if (entry->d_name[0] == '.' || strlen(entry->d_name) > 20)
            continue;
        snprintf(path, sizeof path, "%s/asked/%s", folder, entry->d_name);
        FILE *file = fopen(path, "r");
        if (file == NULL)
            continue;
        size_t length = fread(question, 1, sizeof question - 1, file);
        fclose(file);
        unlink(path);
        question[length] = 0;
        const char *answer = carry_out(question);
        tell_state();
        snprintf(name, sizeof name, "%.20s.answer", entry->d_name);
        tell(name, "%s %llu\n", answer, (unsigned long long)last);
    }
    closedir(asked);
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "writer DISK FOLDER\n");
        return 2;
    }
    folder = arguments[2];
    disk = open(arguments[1], O_RDWR | O_DIRECT | O_CLOEXEC);
    if (disk < 0)
        fail(arguments[1]);
    if (posix_memalign((void **)&batch, 4096, LARGEST_BATCH * RECORD_BYTES) != 0)
        fail("memory");
    find_last();
    dice = (now_us() ^ last << 32) | 1;
    fprintf(stderr, "writing behind record %llu; %llu places and %llu slots\n",
            (unsigned long long)last, (unsigned long long)ring, (unsigned long long)slots);
    finish_newest_batch();
    measure_anew();
    tell("last", "%llu\n", (unsigned long long)last);
    tell_state();
    tell("health", "ok\n");

    uint64_t before = now_us(), told = before, owed = RECORD_BYTES;
    for (;;) {
        uint64_t start = now_us();
        owed += pace * (start - before) / 1000000;
        /* What was not written in time is not made up for later, beyond a batch. */
        if (owed > LARGEST_BATCH * RECORD_BYTES)
            owed = LARGEST_BATCH * RECORD_BYTES;
        before = start;
        answer_questions();
        if (quiet || pace == 0) {
            owed = 0;
        } else if (owed >= RECORD_BYTES) {
            measure_disk();
            uint64_t before_batch = last;
            write_batch(owed / RECORD_BYTES, NULL);
            owed -= (last - before_batch) * RECORD_BYTES;
        }
        if (now_us() - told > 1000000) {
            told = now_us();
            tell_state();
        }
        uint64_t pause = SHORTEST_PERIOD_MS * 1000;
        if (!quiet && pace > 0 && owed < RECORD_BYTES) {
            uint64_t due = (RECORD_BYTES - owed) * 1000000 / pace + 1;
            if (due > pause)
                pause = due;
        }
        if (quiet || pace == 0 || pause > LONGEST_PAUSE_MS * 1000)
            pause = LONGEST_PAUSE_MS * 1000;
        uint64_t spent = now_us() - start;
        if (spent < pause)
            usleep((useconds_t)(pause - spent));
    }
}
