/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing behind: stretches of a file go to the disk from a thread of their own while the next one fills;
 * whole blocks past the page cache (O_DIRECT), which costs a tenth of the processor's time. When it hurries,
 * or the disk is slow, the faster of the two ways takes what waits. */
#ifndef FILE_BEHIND_H
#define FILE_BEHIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BEHIND_ALIGN 4096u
#define BEHIND_BLOCK (1u << 20)
#define BEHIND_MEMORY (BEHIND_BLOCK + (1u << 20)) /* the longest record may run past a block */

/* Bytes of the file. They may begin inside a record: torn bytes of it stand before them in the file, skip
 * bytes here. They end with a whole record; what is behind the first n goes with the next stretch. */
struct stretch {
	uint8_t *memory; /* BEHIND_MEMORY bytes at a multiple of BEHIND_ALIGN */
	uint8_t *bytes;	 /* in memory: as far behind a multiple of BEHIND_ALIGN as in the file */
	size_t len;
	size_t torn, skip;
	size_t n, done; /* to be written; written */
};

struct behind;

/* Memory for a stretch, the caller's until it is handed over; free() it. A huge page where there is one: the
 * kernel then looks one page up for a whole block. NULL: none. */
uint8_t *behind_alloc(void);

/* Takes the memory of the stretch that is handed over first. Writes at fd's position, which is its own until
 * it is freed. held: how many bytes are kept for the filler while he waits, and how many can be (*all);
 * asked from the thread when a stretch waits. It hurries when half of that room is taken, or an eighth while
 * more comes than the disk takes. NULL: it never does, and all goes past the cache unless the disk is slow.
 * NULL: no memory, no thread; then first is still the caller's. */
struct behind *behind_new(int fd, uint8_t *first, uint64_t (*held)(const void *arg, uint64_t *all),
			  const void *arg);
/* Hands a stretch over. Its bytes stay as they are until behind_memory gives out their memory again. */
void behind_put(struct behind *b, const struct stretch *s);
/* Memory for the next stretch; waits until there is some. NULL: writing has failed. */
uint8_t *behind_memory(struct behind *b);
/* -errno of a write that failed, after which nothing is written. */
int behind_failed(struct behind *b);
/* Waits until everything is written. 0 or -errno. */
int behind_wait(struct behind *b);
/* So many bytes were handed over and are not, or not wholly known to be, written. */
uint64_t behind_left_bytes(struct behind *b);
/* What was handed over and not wholly written, the oldest first; NULL behind the last. After a failure. */
const struct stretch *behind_left(const struct behind *b, size_t i);
/* Ends the thread after the write that is under way; frees all memory. NULL is fine. */
void behind_free(struct behind *b);

#endif
