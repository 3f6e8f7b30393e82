// SPDX-License-Identifier: BSD-2-Clause
/* The identification string of SSH (RFC 4253, 4.2). */
#include "print/payload_io.h"

void payload_ssh(struct pio *io)
{
	static const char start[4] = { 'S', 'S', 'H', '-' };
	size_t i;
	uint8_t c = 0;

	io->proto = "ssh";
	for (i = 0; i < sizeof(start); i++)
		if (io_u8(io, i) != start[i])
			return;
	for (; i < io->len; i++) {
		c = io_u8(io, i);
		if (c < 0x20 || c >= 0x7f)
			break;
	}
	if (i >= io->len)
		return;
	if (c == '\r' && i + 1 < io->len)
		c = io_u8(io, i + 1);
	if (c != '\n')
		return;
	strbuf_str(io->b, ": SSH: ");
	io_text(io, 0, i);
}
