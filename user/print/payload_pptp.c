// SPDX-License-Identifier: BSD-2-Clause
/* PPTP control messages (RFC 2637, 2): each is a row of fields that follow one another. */
#include "print/payload_io.h"

#define HEADER_SIZE 12
#define MAGIC 0x1a2b3c4d
#define FIELDS_MAX 12

enum kind {
	FIELD_END,
	FIELD_U16,
	FIELD_U32,
	FIELD_HEX32,
	FIELD_VERSION, /* two bytes: 1.0 */
	FIELD_ZERO8,   /* reserved */
	FIELD_ZERO16,
	FIELD_FRAME_CAP,
	FIELD_BEARER_CAP,
	FIELD_WORD32,	   /* one of words, or ? */
	FIELD_CODE,	   /* a byte; with -v its word too */
	FIELD_TEXT,	   /* size bytes, up to a NUL */
	FIELD_NUMBER_TEXT, /* 64 bytes, of which the 16-bit field at `size` tells how many count */
};

struct field {
	enum kind kind;
	const char *name;
	const struct word *words;
	uint16_t size;
};

static const struct word bearer_words[] = { { 1, "A" }, { 2, "D" }, { 3, "Any" }, { 0, NULL } };
static const struct word frame_words[] = { { 1, "A" }, { 2, "S" }, { 3, "E" }, { 0, NULL } };

static const struct word error_words[] = {
	{ 0, "None" },	      { 1, "Not-Connected" }, { 2, "Bad-Format" }, { 3, "Bad-Value" },
	{ 4, "No-Resource" }, { 5, "Bad-Call-ID" },   { 6, "PAC-Error" },  { 0, NULL },
};

static const struct word start_words[] = {
	{ 1, "Successful channel establishment" },
	{ 2, "General error" },
	{ 3, "Command channel already exists" },
	{ 4, "Requester is not authorized to establish a command channel" },
	{ 5, "The protocol version of the requester is not supported" },
	{ 0, NULL },
};

static const struct word stop_words[] = {
	{ 1, "None" },
	{ 2, "Stop-Protocol" },
	{ 3, "Stop-Local-Shutdown" },
	{ 0, NULL },
};

static const struct word ok_words[] = { { 1, "OK" }, { 2, "General Error" }, { 0, NULL } };

static const struct word outgoing_words[] = {
	{ 1, "Connected" },    { 2, "General Error" }, { 3, "No Carrier" },    { 4, "Busy" },
	{ 5, "No Dial Tone" }, { 6, "Time-out" },      { 7, "Do Not Accept" }, { 0, NULL },
};

static const struct word incoming_words[] = {
	{ 1, "Connect" },
	{ 2, "General Error" },
	{ 3, "Do Not Accept" },
	{ 0, NULL },
};

static const struct word clear_words[] = {
	{ 1, "Lost Carrier" }, { 2, "General Error" }, { 3, "Admin Shutdown" }, { 4, "Request" }, { 0, NULL },
};

#define U16(n)                                                                                               \
	{                                                                                                    \
		FIELD_U16, n                                                                                 \
	}
#define U32(n)                                                                                               \
	{                                                                                                    \
		FIELD_U32, n                                                                                 \
	}
#define RESULT(w)                                                                                            \
	{                                                                                                    \
		FIELD_CODE, "RESULT_CODE", w                                                                 \
	}
#define ERROR                                                                                                \
	{                                                                                                    \
		FIELD_CODE, "ERR_CODE", error_words                                                          \
	}
#define ZERO                                                                                                 \
	{                                                                                                    \
		FIELD_ZERO16                                                                                 \
	}
#define TEXT(n, size)                                                                                        \
	{                                                                                                    \
		FIELD_TEXT, n, NULL, size                                                                    \
	}
#define ABILITIES                                                                                            \
	{ FIELD_FRAME_CAP }, { FIELD_BEARER_CAP }, U16("MAX_CHAN"), U16("FIRM_REV"), TEXT("HOSTNAME", 64),   \
		TEXT("VENDOR", 64)

static const struct message {
	const char *name;
	struct field fields[FIELDS_MAX + 1];
} messages[] = {
	/* clang-format off */
	{ "NOT_DEFINED", { { FIELD_END } } },
	{ "SCCRQ", { { FIELD_VERSION }, ZERO, ABILITIES } },
	{ "SCCRP", { { FIELD_VERSION }, RESULT(start_words), ERROR, ABILITIES } },
	{ "StopCCRQ", { { FIELD_CODE, "REASON", stop_words }, { FIELD_ZERO8 }, ZERO } },
	{ "StopCCRP", { RESULT(ok_words), ERROR, ZERO } },
	{ "ECHORQ", { U32("ID") } },
	{ "ECHORP", { U32("ID"), RESULT(ok_words), ERROR, ZERO } },
	{ "OCRQ", { U16("CALL_ID"), U16("CALL_SER_NUM"), U32("MIN_BPS"), U32("MAX_BPS"),
		    { FIELD_WORD32, "BEARER_TYPE", bearer_words }, { FIELD_WORD32, "FRAME_TYPE", frame_words },
		    U16("RECV_WIN"), U16("PROC_DELAY"), U16("PHONE_NO_LEN"), ZERO,
		    { FIELD_NUMBER_TEXT, "PHONE_NO", NULL, 24 }, TEXT("SUB_ADDR", 64) } },
	{ "OCRP", { U16("CALL_ID"), U16("PEER_CALL_ID"), RESULT(outgoing_words), ERROR, U16("CAUSE_CODE"),
		    U32("CONN_SPEED"), U16("RECV_WIN"), U16("PROC_DELAY"), U32("PHY_CHAN_ID") } },
	{ "ICRQ", { U16("CALL_ID"), U16("CALL_SER_NUM"), { FIELD_WORD32, "BEARER_TYPE", bearer_words },
		    U32("PHY_CHAN_ID"), U16("DIALED_NO_LEN"), U16("DIALING_NO_LEN"),
		    { FIELD_NUMBER_TEXT, "DIALED_NO", NULL, 12 }, { FIELD_NUMBER_TEXT, "DIALING_NO", NULL, 14 },
		    TEXT("SUB_ADDR", 64) } },
	{ "ICRP", { U16("CALL_ID"), U16("PEER_CALL_ID"), RESULT(incoming_words), ERROR, U16("RECV_WIN"),
		    U16("PROC_DELAY"), ZERO } },
	{ "ICCN", { U16("PEER_CALL_ID"), ZERO, U32("CONN_SPEED"), U16("RECV_WIN"), U16("PROC_DELAY"),
		    { FIELD_WORD32, "FRAME_TYPE", frame_words } } },
	{ "CCRQ", { U16("CALL_ID"), ZERO } },
	{ "CDN", { U16("CALL_ID"), RESULT(clear_words), ERROR, U16("CAUSE_CODE"), ZERO, TEXT("CALL_STATS", 128) } },
	{ "WEN", { U16("PEER_CALL_ID"), ZERO, U32("CRC_ERR"), U32("FRAMING_ERR"), U32("HARDWARE_OVERRUN"),
		   U32("BUFFER_OVERRUN"), U32("TIMEOUT_ERR"), U32("ALIGN_ERR") } },
	{ "SLI", { U16("PEER_CALL_ID"), ZERO, { FIELD_HEX32, "SEND_ACCM" }, { FIELD_HEX32, "RECV_ACCM" } } },
	/* clang-format on */
};

static uint32_t zero(struct pio *io, uint32_t v, uint32_t size)
{
	if (v)
		say(io, " [ERROR: reserved=%u must be zero]", v);
	return size;
}

static void text(struct pio *io, const char *name, size_t at, uint32_t most)
{
	uint8_t c;

	say(io, " %s(", name);
	for (; most && (c = io_u8(io, at)) != 0; most--, at++)
		io_char(io, c);
	strbuf_char(io->b, ')');
}

static void code(struct pio *io, const struct field *f, uint8_t v)
{
	say(io, " %s(%u", f->name, v);
	if (io->set->verbose)
		say(io, ":%s", word_of(f->words, v, "?"));
	strbuf_char(io->b, ')');
}

static void frame_cap(struct pio *io, size_t at)
{
	uint32_t v;

	strbuf_str(io->b, " FRAME_CAP(");
	v = io_be32(io, at);
	say(io, "%s%s)", v & 1 ? "A" : "", v & 2 ? "S" : "");
}

/* How many bytes it takes. body is where the message's fields begin. */
static uint32_t field(struct pio *io, const struct field *f, size_t body, size_t at)
{
	uint32_t v;

	switch (f->kind) {
	case FIELD_U16:
		say(io, " %s(%u)", f->name, io_be16(io, at));
		return 2;
	case FIELD_U32:
		say(io, " %s(%u)", f->name, io_be32(io, at));
		return 4;
	case FIELD_HEX32:
		say(io, " %s(0x%08x)", f->name, io_be32(io, at));
		return 4;
	case FIELD_VERSION:
		v = io_be16(io, at);
		say(io, " PROTO_VER(%u.%u)", v >> 8, v & 0xff);
		return 2;
	case FIELD_ZERO8:
		return zero(io, io_u8(io, at), 1);
	case FIELD_ZERO16:
		return zero(io, io_be16(io, at), 2);
	case FIELD_FRAME_CAP:
		frame_cap(io, at);
		return 4;
	case FIELD_BEARER_CAP:
		v = io_be32(io, at);
		say(io, " BEARER_CAP(%s%s)", v & 2 ? "D" : "", v & 1 ? "A" : "");
		return 4;
	case FIELD_WORD32:
		say(io, " %s(%s)", f->name, word_of(f->words, io_be32(io, at), "?"));
		return 4;
	case FIELD_CODE:
		code(io, f, io_u8(io, at));
		return 1;
	case FIELD_TEXT:
		text(io, f->name, at, f->size);
		return f->size;
	case FIELD_NUMBER_TEXT:
		v = io_be16(io, body + f->size);
		text(io, f->name, at, v < 64 ? v : 64);
		return 64;
	default:
		return 0;
	}
}

static void header(struct pio *io)
{
	uint32_t magic;
	uint16_t type;

	if (io->set->verbose) {
		say(io, " Length=%u", io_be16(io, 0));
		type = io_be16(io, 2);
		strbuf_str(io->b, type == 1 ? " CTRL-MSG" : type == 2 ? " MGMT-MSG" : " UNKNOWN-MSG-TYPE");
	}
	magic = io_be32(io, 4);
	if (magic != MAGIC)
		say(io, " UNEXPECTED Magic-Cookie!!(%08x)", magic);
	if (io->set->verbose || magic != MAGIC)
		say(io, " Magic-Cookie=%08x", magic);
}

void payload_pptp(struct pio *io)
{
	const struct field *f;
	size_t at = HEADER_SIZE;
	uint16_t type;

	io->proto = "pptp";
	strbuf_str(io->b, ": pptp");
	header(io);
	type = io_be16(io, 8);
	if (type < sizeof(messages) / sizeof(messages[0]))
		say(io, " CTRL_MSGTYPE=%s", messages[type].name);
	else
		say(io, " UNKNOWN_CTRL_MSGTYPE(%u)", type);
	zero(io, io_be16(io, 10), 2);
	if (type >= sizeof(messages) / sizeof(messages[0]))
		return;
	for (f = messages[type].fields; f->kind != FIELD_END; f++)
		at += field(io, f, HEADER_SIZE, at);
}
