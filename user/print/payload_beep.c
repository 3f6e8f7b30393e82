// SPDX-License-Identifier: BSD-2-Clause
/* The first word of a BEEP frame (RFC 3080, 2.2.1). */
#include "print/payload_io.h"

void payload_beep(struct pio *io)
{
	/* As tcpdump compares them: MSG and END with the NUL behind them, so that real frames of these kinds
	 * are not recognised. */
	static const char words[][5] = { "MSG", "RPY ", "ERR ", "ANS ", "NUL ", "SEQ ", "END" };
	size_t i;

	io->proto = "beep";
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (io_has(io, 0, 4) && memcmp(io->data, words[i], 4) == 0) {
			say(io, " BEEP %.3s", words[i]);
			return;
		}
	}
	strbuf_str(io->b, " BEEP (payload or undecoded)");
}
