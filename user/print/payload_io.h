/* SPDX-License-Identifier: BSD-2-Clause */
/* What the payload printers share: bounded reads of the captured bytes, and tcpdump's ways of writing them.
 * Positions are offsets from the payload's first byte. A read past the captured bytes does not return: it
 * ends the printer with ` [|proto]`, wherever it was, as tcpdump does. So a printer owns nothing. */
#ifndef PRINT_PAYLOAD_IO_H
#define PRINT_PAYLOAD_IO_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "print/payload.h"
#include "util/strbuf.h"

struct pio {
	struct strbuf *b;
	const uint8_t *data;
	size_t cap, len; /* captured; on the wire */
	const struct payload *payload;
	const struct payload_settings *set;
	const char *proto; /* named by the truncation mark */
	size_t held; /* what stands behind this in b is dropped if the bytes run out; SIZE_MAX: nothing */
	jmp_buf cut;
};

typedef void payload_print_fn(struct pio *io);

payload_print_fn payload_http, payload_smtp, payload_ftp, payload_rtsp, payload_whois, payload_beep,
	payload_ssh, payload_dns, payload_resp, payload_telnet, payload_bgp, payload_zmtp1, payload_msdp,
	payload_rpki_rtr, payload_ldp, payload_pptp, payload_nfs, payload_openflow;

/* A number and its word; tables end with a NULL word. */
struct word {
	uint32_t v;
	const char *s;
};

const char *word_of(const struct word *words, uint32_t v, const char *other);

#define say(io, ...) strbuf_printf((io)->b, __VA_ARGS__)

_Noreturn void io_cut(struct pio *io); /* as if a read had failed */
void io_mark(struct pio *io);	       /* ` [|proto]`, and go on */
void io_invalid(struct pio *io);
void io_word(struct pio *io, const struct word *words, uint32_t v,
	     const char *fmt);					    /* fmt takes an unsigned */
void io_bits(struct pio *io, const struct word *words, uint32_t v); /* `a, b` or `none` */
void io_char(struct pio *io, uint8_t c);			    /* ^X and M-x where it does not print */
bool io_chars(struct pio *io, size_t at, size_t n); /* by io_char; false where capture ends first */
void io_text(struct pio *io, size_t at, size_t n);  /* as they are; all captured */
void io_hex(struct pio *io, const char *ident, size_t at, size_t n,
	    size_t shown_at);						   /* -x's lines; cut if short */
void io_hex_ascii(struct pio *io, const char *ident, size_t at, size_t n); /* -X's lines; cut if short */
void io_unknown(struct pio *io, const char *ident, size_t at, size_t n);   /* the same of what is there */
void io_ipv4(struct pio *io, size_t at);				   /* by name, unless -n */
void io_ipv6(struct pio *io, size_t at);
void io_nsap(struct pio *io, const uint8_t *nsap, size_t n);
void io_seconds(struct pio *io, uint32_t s); /* 1w2d3h */

static inline bool io_has(const struct pio *io, size_t at, size_t n)
{
	return at <= io->cap && n <= io->cap - at;
}

static inline void io_need(struct pio *io, size_t at, size_t n)
{
	if (!io_has(io, at, n))
		io_cut(io);
}

static inline uint8_t io_u8(struct pio *io, size_t at)
{
	io_need(io, at, 1);
	return io->data[at];
}

static inline uint16_t io_be16(struct pio *io, size_t at)
{
	io_need(io, at, 2);
	return (uint16_t)(io->data[at] << 8 | io->data[at + 1]);
}

static inline uint32_t io_be24(struct pio *io, size_t at)
{
	io_need(io, at, 3);
	return (uint32_t)io->data[at] << 16 | (uint32_t)io->data[at + 1] << 8 | io->data[at + 2];
}

static inline uint32_t io_be32(struct pio *io, size_t at)
{
	io_need(io, at, 4);
	return (uint32_t)io->data[at] << 24 | io_be24(io, at + 1);
}

static inline uint64_t io_be64(struct pio *io, size_t at)
{
	io_need(io, at, 8);
	return (uint64_t)io_be32(io, at) << 32 | io_be32(io, at + 4);
}

static inline uint16_t io_le16(struct pio *io, size_t at)
{
	io_need(io, at, 2);
	return (uint16_t)(io->data[at] | io->data[at + 1] << 8);
}

static inline uint32_t io_le32(struct pio *io, size_t at)
{
	io_need(io, at, 4);
	return io_le16(io, at) | (uint32_t)io_le16(io, at + 2) << 16;
}

static inline void io_get(struct pio *io, void *to, size_t at, size_t n)
{
	io_need(io, at, n);
	memcpy(to, io->data + at, n);
}

/* What is appended after io_hold stands only if io_keep is reached; io_drop takes it back. */
static inline void io_hold(struct pio *io)
{
	io->held = io->b->len;
}

static inline void io_keep(struct pio *io)
{
	io->held = SIZE_MAX;
}

static inline void io_drop(struct pio *io)
{
	if (io->held < io->b->len)
		io->b->len = io->held;
	io->held = SIZE_MAX;
}

#endif
