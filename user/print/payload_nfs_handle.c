// SPDX-License-Identifier: BSD-2-Clause
/* File handles: opaque, but tcpdump guesses from their bytes which system made them. */
#include "print/payload_nfs.h"

#define V2_SIZE 32
#define GUESS_SIZE_MIN 16
#define TEXT_MAX 64

/* What a handle says: a file system, by numbers or by name, and an inode. */
struct handle {
	uint32_t major, minor, inode;
	const uint8_t *name; /* NULL: none */
	bool opaque;	     /* nothing is known */
};

static bool is_ucx(const uint8_t *fh, size_t n)
{
	bool seen_nul = false;
	size_t i;

	if (n < 28)
		return false;
	for (i = 1; i < 14; i++) {
		if (!fh[i])
			seen_nul = true;
		else if (seen_nul || fh[i] < 0x20 || fh[i] > 0x7e)
			return false;
	}
	return true;
}

static uint32_t be(const uint8_t *p, int n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static struct handle osf(const uint8_t *fh)
{
	return (struct handle){ .major = le32(fh) >> 20,
				.minor = le32(fh) & 0xfffff,
				.inode = le32(fh + 12) };
}

static struct handle sunos5(const uint8_t *fh)
{
	return (struct handle){ .major = be(fh, 2) >> 2,
				.minor = be(fh + 1, 3) & 0x3ffff,
				.inode = be(fh + 12, 4) };
}

/* Bytes 0 and 1 are zero: Auspex, OSF, Irix 4, SunOS 4. */
static struct handle guess_zeros(const uint8_t *fh)
{
	if (!fh[2] && !fh[3])
		return (struct handle){ .major = fh[6], .minor = fh[7], .inode = be(fh + 12, 4) };
	if (fh[4] && !fh[5] && fh[8] == 12 && !fh[9])
		return osf(fh);
	if (!fh[4] && fh[5] == 8 && !fh[6] && !fh[7])
		return (struct handle){ .major = fh[2], .minor = fh[3], .inode = be(fh + 8, 4) };
	return (struct handle){ .major = fh[2], .minor = fh[3], .inode = be(fh + 12, 4) };
}

/* Bytes 0 and 1 are not zero, but 2 and 3 are: BSD 4.4, Ultrix, SunOS 5. */
static struct handle guess_small(const uint8_t *fh, size_t n)
{
	if (!fh[6] && !fh[7])
		return (struct handle){ .major = fh[1], .minor = fh[0], .inode = le32(fh + 12) };
	if (n >= 24 && !fh[21] && !fh[23])
		return (struct handle){ .major = fh[1], .minor = fh[0], .inode = le32(fh + 4) };
	if (fh[9] == 10)
		return sunos5(fh);
	return (struct handle){ .opaque = true };
}

/* Neither: OSF, HP-UX, SunOS 5, VMS with UCX. */
static struct handle guess_large(const uint8_t *fh, size_t n)
{
	if (fh[8] == 12 && !fh[9])
		return osf(fh);
	if (!fh[8] && fh[9] == 10)
		return be(fh + 4, 4) ? sunos5(fh)
				     : (struct handle){ .major = fh[0],
							.minor = be(fh + 1, 3),
							.inode = be(fh + 12, 4) };
	if (is_ucx(fh, n))
		return (struct handle){ .name = fh + 1,
					.inode = (uint32_t)fh[26] << 24 | (uint32_t)fh[27] << 16 |
						 (uint32_t)(fh[23] << 8 | fh[22]) };
	return (struct handle){ .opaque = true };
}

static struct handle guess(const uint8_t *fh, size_t n)
{
	if (n < GUESS_SIZE_MIN)
		return (struct handle){ .opaque = true };
	if (!fh[0] && !fh[1])
		return guess_zeros(fh);
	return !fh[2] && !fh[3] ? guess_small(fh, n) : guess_large(fh, n);
}

/* tcpdump takes no more characters of a name than the handle has words. */
static void put_name(struct pio *io, const uint8_t *name, size_t words)
{
	size_t i, most = words < TEXT_MAX ? words : TEXT_MAX;

	strbuf_str(io->b, " fh ");
	for (i = 0; i < most && name[i] && name[i] != ' '; i++)
		strbuf_char(io->b, (char)name[i]);
	strbuf_char(io->b, '/');
}

static void put_handle(struct pio *io, const uint8_t *fh, size_t n)
{
	struct handle h = guess(fh, n);
	size_t i;

	if (h.opaque)
		h.name = (const uint8_t *)"Unknown";
	if (h.name)
		put_name(io, h.name, n / 4);
	else
		say(io, " fh %u,%u/", h.major, h.minor);
	if (!h.opaque) {
		say(io, "%u", h.inode);
		return;
	}
	for (i = 0; i < n && i < TEXT_MAX / 2; i++)
		say(io, "%.2X", fh[i]);
}

static void put_raw(struct pio *io, size_t at, size_t n)
{
	size_t i;

	strbuf_str(io->b, " fh[");
	for (i = 0; i < n; i += 4)
		say(io, "%s%x", i ? ":" : "", io_be32(io, at + i));
	strbuf_char(io->b, ']');
}

size_t nfs_handle(struct pio *io, size_t at, bool v3)
{
	size_t n = V2_SIZE;

	if (v3) {
		n = io_be32(io, at) & ~3U;
		at += 4;
	}
	if (!io_has(io, at, n))
		return 0;
	if (io->set->raw_handles)
		put_raw(io, at, n);
	else
		put_handle(io, io->data + at, n);
	return at + n;
}
