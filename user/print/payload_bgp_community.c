// SPDX-License-Identifier: BSD-2-Clause
#include "print/payload_bgp.h"

enum { OSPF_EXTERNAL = 5, OSPF_NSSA = 7 };

static void ospf_route(struct pio *io, size_t at)
{
	uint8_t type = io_u8(io, at + 6);

	strbuf_str(io->b, "area:");
	io_ipv4(io, at + 2);
	strbuf_str(io->b, ", router-type:");
	io_word(io, bgp_ospf_route_words, type, "unknown (0x%02x)");
	say(io, ", metric-type:%s%s", io_u8(io, at + 7) & 1 ? "E2" : "",
	    type == OSPF_EXTERNAL || type == OSPF_NSSA ? "E1" : "");
}

static void bandwidth(struct pio *io, size_t at)
{
	uint32_t bits = io_be32(io, at);
	float bytes_s;

	memcpy(&bytes_s, &bits, sizeof(bytes_s));
	say(io, "bandwidth: %.3f Mbps", (double)(bytes_s * 8 / 1000000));
}

/* Its 8 bytes are captured. */
void bgp_extended_community(struct pio *io, size_t at)
{
	size_t i;

	switch (io_be16(io, at)) {
	case 0x0002: /* AS of two bytes: number */
	case 0x0003:
	case 0x000a:
		say(io, "%u:%u (= ", io_be16(io, at + 2), io_be32(io, at + 4));
		io_ipv4(io, at + 4);
		strbuf_char(io->b, ')');
		break;
	case 0x0102: /* address: number */
	case 0x0103:
	case 0x010b:
	case 0xf10a:
		io_ipv4(io, at + 2);
		say(io, ":%u", io_be16(io, at + 6));
		break;
	case 0x0202: /* AS of four bytes: number */
	case 0x0203:
		bgp_as_number(io, io_be32(io, at + 2));
		say(io, ":%u", io_be16(io, at + 6));
		break;
	case 0x4004:
		bandwidth(io, at + 4);
		break;
	case 0x0005: /* OSPF domain or router */
	case 0x0105:
	case 0x0205:
	case 0x8005:
	case 0x0107:
	case 0x8001:
		io_ipv4(io, at + 2);
		break;
	case 0x0306:
	case 0x8000:
		ospf_route(io, at);
		break;
	case 0x800a: /* layer 2 */
		say(io, "%s Control Flags [0x%02x]:MTU %u",
		    word_of(bgp_encaps_words, io_u8(io, at + 2), "unknown encaps"), io_u8(io, at + 3),
		    io_be16(io, at + 4));
		break;
	case 0x0009:
		say(io, "AS %u", io_be16(io, at + 2));
		break;
	case 0x030c:
		say(io, "Tunnel type: %s", word_of(bgp_tunnel_words, io_be16(io, at + 6), "unknown encaps"));
		break;
	default:
		for (i = 2; i < 8; i++)
			strbuf_hex(io->b, io_u8(io, at + i), 2);
		break;
	}
}
