// SPDX-License-Identifier: BSD-2-Clause
/* Telnet commands (RFC 854, 855) at the start of a segment; text is left alone. */
#include "print/payload_io.h"

enum { TELNET_FIRST = 236, TELNET_SE = 240, TELNET_SB = 250, TELNET_WILL = 251, TELNET_IAC = 255 };
enum { OPTION_AUTHENTICATION = 37, OPTION_ENCRYPT = 38 };

static const char *const commands[] = {
	"EOF", "SUSP", "ABORT", "EOR", "SE", "NOP",  "DMARK", "BRK", "IP",   "AO",
	"AYT", "EC",   "EL",	"GA",  "SB", "WILL", "WONT",  "DO",  "DONT", "IAC",
};

static const char *const options[] = {
	"BINARY",
	"ECHO",
	"RCP",
	"SUPPRESS GO AHEAD",
	"NAME",
	"STATUS",
	"TIMING MARK",
	"RCTE",
	"NAOL",
	"NAOP",
	"NAOCRD",
	"NAOHTS",
	"NAOHTD",
	"NAOFFD",
	"NAOVTS",
	"NAOVTD",
	"NAOLFD",
	"EXTEND ASCII",
	"LOGOUT",
	"BYTE MACRO",
	"DATA ENTRY TERMINAL",
	"SUPDUP",
	"SUPDUP OUTPUT",
	"SEND LOCATION",
	"TERMINAL TYPE",
	"END OF RECORD",
	"TACACS UID",
	"OUTPUT MARKING",
	"TTYLOC",
	"3270 REGIME",
	"X.3 PAD",
	"NAWS",
	"TSPEED",
	"LFLOW",
	"LINEMODE",
	"XDISPLOC",
	"OLD-ENVIRON",
	"AUTHENTICATION",
	"ENCRYPT",
	"NEW-ENVIRON",
};

/* What the first bytes of a subnegotiation mean; a gap has no name. */
static const char *const verbs[] = { "IS", "SEND", "INFO" };
static const char *const auth_verbs[] = { "IS", "SEND", "REPLY", "NAME" };
static const char *const auth_types[] = { "NULL",   "KERBEROS_V4",  "KERBEROS_V5", "SPX", "MINK", "SRP",
					  "RSA",    "SSL",	    NULL,	   NULL,  "LOKI", "SSA",
					  "KEA_SJ", "KEA_SJ_INTEG", "DSS",	   "NTLM" };
static const char *const encrypt_verbs[] = { "IS",	    "SUPPORT",	 "REPLY",
					     "START",	    "END",	 "REQUEST-START",
					     "REQUEST-END", "END_KEYID", "DEC_KEYID" };
static const char *const encrypt_types[] = { "NULL",	       "DES_CFB64",	 "DES_OFB64",
					     "DES3_CFB64",     "DES3_OFB64",	 NULL,
					     "CAST5_40_CFB64", "CAST5_40_OFB64", "CAST128_CFB64",
					     "CAST128_OFB64" };

#define NAMES(a) a, sizeof(a) / sizeof((a)[0])

struct command {
	size_t at;
	size_t left; /* of the segment, behind at */
	bool print;  /* else it is only measured */
};

static bool fetch(struct pio *io, struct command *c, uint8_t *v)
{
	if (c->left == 0)
		return false;
	*v = io_u8(io, c->at++);
	c->left--;
	return true;
}

static void put_name(struct pio *io, const struct command *c, const char *const *names, size_t n, uint8_t v)
{
	if (!c->print)
		return;
	if (v < n && names[v])
		say(io, " %s", names[v]);
	else
		say(io, " %#x", v);
}

/* Takes the next byte before end as one of names. */
static void fetch_name(struct pio *io, struct command *c, size_t end, const char *const *names, size_t n)
{
	uint8_t v;

	if (c->at < end && fetch(io, c, &v))
		put_name(io, c, names, n, v);
}

/* Finds the IAC of IAC SE. An IAC in the segment's last byte is taken for it too. */
static bool find_end(struct pio *io, const struct command *c, size_t *end)
{
	size_t last = c->left ? c->at + c->left - 1 : c->at;

	for (*end = c->at; *end < last; (*end)++)
		if (io_u8(io, *end) == TELNET_IAC && io_u8(io, *end + 1) == TELNET_SE)
			break;
	return io_u8(io, *end) == TELNET_IAC;
}

static bool subnegotiation(struct pio *io, struct command *c, uint8_t option)
{
	uint8_t v;
	size_t end;

	if (!find_end(io, c, &end))
		return false;
	switch (option) {
	case OPTION_AUTHENTICATION:
		fetch_name(io, c, end, NAMES(auth_verbs));
		fetch_name(io, c, end, NAMES(auth_types));
		break;
	case OPTION_ENCRYPT:
		fetch_name(io, c, end, NAMES(encrypt_verbs));
		fetch_name(io, c, end, NAMES(encrypt_types));
		break;
	default:
		fetch_name(io, c, end, NAMES(verbs));
		break;
	}
	while (c->at < end && fetch(io, c, &v))
		put_name(io, c, NULL, 0, v);
	if (c->print)
		strbuf_str(io->b, " SE");
	c->at += 2;
	return true;
}

/* One command, from its IAC on; false if it is unfinished or none. */
static bool command(struct pio *io, struct command *c)
{
	uint8_t v, option;

	if (!fetch(io, c, &v) || v != TELNET_IAC || !fetch(io, c, &v) || v < TELNET_FIRST)
		return false;
	if (v < TELNET_SB || v == TELNET_IAC) {
		if (c->print)
			strbuf_str(io->b, v == TELNET_IAC ? "IAC IAC" : commands[v - TELNET_FIRST]);
		return true;
	}
	if (!fetch(io, c, &option))
		return false;
	if (c->print) {
		strbuf_str(io->b, commands[v - TELNET_FIRST]);
		put_name(io, c, NAMES(options), option);
	}
	return v != TELNET_SB || subnegotiation(io, c, option);
}

/* -X -vvv: the command's bytes in front of each. */
static void put_bytes(struct pio *io, size_t at, size_t n)
{
	io_hex(io, "\n", at, n, at);
	if (n > 8)
		strbuf_str(io->b, "\n\t\t\t\t");
	else
		say(io, "%*s\t", (int)(8 - n) * 3, "");
}

void payload_telnet(struct pio *io)
{
	bool bytes = io->set->hex_ascii && io->set->verbose > 2;
	size_t at = 0;
	struct command c;

	io->proto = "telnet";
	while (at != io->len && io_u8(io, at) == TELNET_IAC) {
		c = (struct command){ .at = at, .left = io->len - at };
		if (!command(io, &c))
			break;
		if (bytes) {
			if (at == 0)
				strbuf_str(io->b, "\nTelnet:");
			put_bytes(io, at, c.at - at);
		} else {
			strbuf_str(io->b, at == 0 ? " [telnet " : ", ");
		}
		c = (struct command){ .at = at, .left = io->len - at, .print = true };
		command(io, &c);
		at = c.at;
	}
	if (at > 0)
		strbuf_char(io->b, bytes ? '\n' : ']');
}
