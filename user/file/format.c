// SPDX-License-Identifier: BSD-2-Clause
#include "file/format.h"

#include <stdbool.h>
#include <string.h>

#include "file/bytes.h"
#include "file/pcap.h"
#include "file/pcapng.h"

static bool ends_with(const char *s, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && !memcmp(s + len - n, end, n);
}

enum file_format format_of_name(const char *path)
{
	size_t len = strlen(path);

	if (ends_with(path, len, ".gz"))
		len -= 3;
	else if (ends_with(path, len, ".zst"))
		len -= 4;
	return ends_with(path, len, ".pcap") || ends_with(path, len, ".cap") ? FORMAT_PCAP : FORMAT_PCAPNG;
}

size_t format_record(enum file_format format, const uint8_t *p, bool *is_packet)
{
	if (format == FORMAT_PCAPNG) {
		*is_packet = get_u32(p, false) == PCAPNG_EPB;
		return get_u32(p + 4, false);
	}
	*is_packet = true;
	return PCAP_RECORD + (size_t)get_u32(p + 8, false);
}

size_t format_whole(enum file_format format, bool at_start, const uint8_t *bytes, size_t n, size_t all,
		    uint64_t *cut)
{
	size_t whole = 0, at = 0;
	bool is_packet;

	if (format == FORMAT_PCAP && at_start) {
		at = PCAP_HEADER;
		whole = n < at ? 0 : at;
	}
	while (at < all) {
		at += format_record(format, bytes + at, &is_packet);
		if (at <= n)
			whole = at;
		else
			*cut += is_packet;
	}
	return whole;
}
