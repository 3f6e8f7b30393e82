// SPDX-License-Identifier: BSD-2-Clause
#include "flow/events.h"

const char *event_name(enum event_kind kind)
{
	static const char *const names[] = {
		[EVENT_OPENED] = "opened",
		[EVENT_ESTABLISHED] = "established",
		[EVENT_REFUSED] = "refused",
		[EVENT_REJECTED] = "rejected",
		[EVENT_RESET] = "reset",
		[EVENT_CLOSED] = "closed",
		[EVENT_RETRANSMISSION] = "retransmission",
		[EVENT_ZERO_WINDOW] = "zero-window",
		[EVENT_WINDOW_OPENED] = "window-opened",
		[EVENT_REUSED_PORTS] = "reused-ports",
		[EVENT_HOLE] = "hole",
	};

	return names[kind];
}

int flow_events(const struct flow_segment_info *i, uint64_t ts_ns, struct event out[FLOW_EVENTS_MAX])
{
	const struct {
		bool is;
		enum event_kind kind;
	} all[] = {
		{ i->is_new, EVENT_OPENED },
		{ i->marks & FLOW_REUSED_PORTS, EVENT_REUSED_PORTS },
		{ i->established, EVENT_ESTABLISHED },
		{ i->marks & FLOW_HOLE && !(i->marks & FLOW_CAPTURE_LOSS), EVENT_HOLE },
		{ flow_sent_again(i->proven), EVENT_RETRANSMISSION },
		{ i->zero_opened, EVENT_ZERO_WINDOW },
		{ i->zero_ended, EVENT_WINDOW_OPENED },
		{ i->refused, EVENT_REFUSED },
		{ i->reset, EVENT_RESET },
		{ i->closed, EVENT_CLOSED },
		{ i->older, EVENT_RESET },
	};
	const unsigned int older = sizeof(all) / sizeof(*all) - 1;
	int n = 0;

	for (unsigned int k = 0; k < sizeof(all) / sizeof(*all) && n < FLOW_EVENTS_MAX; k++) {
		if (!all[k].is)
			continue;
		out[n++] = (struct event){ .kind = all[k].kind,
					   .ts_ns = ts_ns,
					   .conn = k == older ? i->older : i->conn,
					   .from = i->from,
					   .wait_ns = all[k].kind == EVENT_RETRANSMISSION ? i->rto_ns
						      : all[k].kind == EVENT_WINDOW_OPENED
							      ? i->conn->side[i->from].zero_ns
							      : 0 };
	}
	return n;
}
