/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments, connections and events as JSON, one object a line; the names are those of docs/json-schema.json.
 */
#ifndef FLOW_JSON_H
#define FLOW_JSON_H

#include "event.h"
#include "flow/flow.h"
#include "util/strbuf.h"

/* A JSON string, quotes included; bytes that are no UTF-8 become U+FFFD. */
void json_string(struct strbuf *b, const char *s);

void json_segment(struct strbuf *b, const struct flow_segment_info *i, uint64_t ts_ns);
void json_event(struct strbuf *b, const struct event *e);
/* explain: with the explanation. rows: with the ladder, in "segments". */
void json_connection(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns, bool sampled, bool explain,
		     bool rows);

#endif
