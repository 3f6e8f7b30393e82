// SPDX-License-Identifier: BSD-2-Clause
/* TCP MD5 signatures (RFC 2385), checked with -M's secret. */
#include "decode/numbers.h"
#include "print/printing.h"
#include "util/md5.h"

/* Addresses, protocol and length as the signature covers them. */
static void add_pseudo_header(struct md5 *m, const uint8_t *ip, bool v6)
{
	uint16_t len = v6 ? get16(ip + 4) : (uint16_t)(get16(ip + 2) - (ip[0] & 15) * 4);
	uint8_t tail4[4] = { 0, ip[9], (uint8_t)(len >> 8), (uint8_t)len };
	uint8_t tail6[8] = { 0, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0, PROTO_TCP };

	if (v6) {
		md5_add(m, ip + 8, 32);
		md5_add(m, tail6, sizeof(tail6));
	} else {
		md5_add(m, ip + 12, 8);
		md5_add(m, tail4, sizeof(tail4));
	}
}

static bool signature_fits(const struct printing *c, const struct tcp_text *t, const uint8_t sig[16])
{
	uint8_t header[20], digest[16];
	struct md5 m;

	memcpy(header, t->at, sizeof(header));
	header[16] = header[17] = 0; /* the checksum */
	md5_begin(&m);
	add_pseudo_header(&m, c->ip, c->v6);
	md5_add(&m, header, sizeof(header));
	md5_add(&m, t->at + c->d->hdr_len, t->payload_len);
	md5_add(&m, c->set->md5_secret, strlen(c->set->md5_secret));
	md5_end(&m, digest);
	return !memcmp(digest, sig, sizeof(digest));
}

void print_md5(struct printing *c, const struct tcp_text *t, const uint8_t sig[16])
{
	const char *why = NULL;

	if (t->l->cap < t->l->len)
		why = "snaplen too short, ";
	else if (!c->set->md5_secret)
		why = "shared secret not supplied with -M, ";
	if (!why) {
		strbuf_str(c->b, signature_fits(c, t, sig) ? "valid" : " (invalid)");
		return;
	}
	strbuf_printf(c->b, "%scan't check - ", why);
	for (int i = 0; i < 16; i++)
		strbuf_hex(c->b, sig[i], 2);
}
