// SPDX-License-Identifier: BSD-2-Clause
/* The time stamp that begins a line. */
#include <time.h>

#include "print/fmt.h"
#include "print/printing.h"

#define BAD_TIME                                                                                             \
	"[Error converting time]" /* from 2038-01-19 03:14:08 on: tcpdump takes seconds as 31 bits           \
				   */

static bool is_bad(uint64_t sec)
{
	return (uint32_t)sec & 0x80000000;
}

/* Text of the minute that sec lies in. Zones are whole minutes off UTC now, and seconds before that were
 * rounded by the zone database's users; a minute of local time begins where sec % 60 says only if tm_sec
 * agrees. */
static bool set_clock(struct clock_text *c, int64_t sec)
{
	time_t t = (time_t)sec;
	struct tm tm;
	char *p;

	if (!localtime_r(&t, &tm))
		return false;
	c->minute = sec - tm.tm_sec;
	p = fmt_two(c->date, (unsigned)(tm.tm_year + 1900) / 100);
	p = fmt_two(p, (unsigned)(tm.tm_year + 1900) % 100);
	*p++ = '-';
	p = fmt_two(p, (unsigned)tm.tm_mon + 1);
	*p++ = '-';
	p = fmt_two(p, (unsigned)tm.tm_mday);
	*p = ' ';
	p = fmt_two(c->hms, (unsigned)tm.tm_hour);
	*p++ = ':';
	p = fmt_two(p, (unsigned)tm.tm_min);
	*p++ = ':';
	fmt_two(p, 0);
	return true;
}

/* `.` and six or nine digits, then a space. */
static char *fmt_fraction(char *p, const struct printer *pr, uint32_t frac)
{
	*p++ = '.';
	if (pr->time_unit == 1) {
		*p++ = (char)('0' + frac / 100000000);
		p = fmt_two(p, frac / 1000000 % 100);
		p = fmt_two(p, frac / 10000 % 100);
		p = fmt_two(p, frac / 100 % 100);
	} else {
		p = fmt_two(p, frac / 10000);
		p = fmt_two(p, frac / 100 % 100);
	}
	p = fmt_two(p, frac % 100);
	*p++ = ' ';
	return p;
}

static char *fmt_clock(char *p, struct printer *pr, uint64_t sec, bool with_date)
{
	struct clock_text *c = &pr->clock;
	int64_t s = (int64_t)sec;

	if (c->minute == INT64_MIN || s < c->minute || s - c->minute >= 60)
		if (!set_clock(c, s))
			return NULL;
	if (with_date) {
		memcpy(p, c->date, sizeof(c->date));
		p += sizeof(c->date);
	}
	memcpy(p, c->hms, sizeof(c->hms));
	fmt_two(p + 6, (unsigned)(s - c->minute));
	return p + 8;
}

static char *fmt_span(char *p, uint64_t sec)
{
	p = fmt_two(p, (unsigned)(sec / 3600 % 24));
	*p++ = ':';
	p = fmt_two(p, (unsigned)(sec / 60 % 60));
	*p++ = ':';
	return fmt_two(p, (unsigned)(sec % 60));
}

/* Since the line before or since the first; not looked at in finer units than are shown. */
static char *fmt_since(char *p, struct printer *pr, uint64_t now)
{
	uint64_t per_sec = 1000000000u / pr->time_unit, d;

	if (!pr->time_ref)
		pr->time_ref = now;
	*p++ = now < pr->time_ref ? '-' : ' ';
	d = now < pr->time_ref ? pr->time_ref - now : now - pr->time_ref;
	if (pr->set.time == TIME_SINCE_PREVIOUS)
		pr->time_ref = now;
	if (is_bad(d / per_sec)) {
		p = fmt_lit(p, BAD_TIME);
		*p++ = ' ';
		return p;
	}
	return fmt_fraction(fmt_span(p, d / per_sec), pr, (uint32_t)(d % per_sec));
}

void print_time(struct printer *pr, struct strbuf *b, uint64_t ts_ns)
{
	uint64_t sec = ts_ns / 1000000000u;
	uint32_t frac = (uint32_t)(ts_ns % 1000000000u) / pr->time_unit;
	char *p, *q;

	if (!strbuf_room(b, 64))
		return;
	p = b->s + b->len;
	if (pr->set.time == TIME_SINCE_PREVIOUS || pr->set.time == TIME_SINCE_FIRST)
		q = fmt_since(p, pr, ts_ns / pr->time_unit);
	else if (is_bad(sec))
		q = NULL;
	else if (pr->set.time == TIME_EPOCH)
		q = fmt_fraction(fmt_u32(p, (uint32_t)sec), pr, frac);
	else if ((q = fmt_clock(p, pr, sec, pr->set.time == TIME_DATE)))
		q = fmt_fraction(q, pr, frac);
	if (!q) {
		q = fmt_lit(p, BAD_TIME);
		*q++ = ' ';
	}
	b->len = (size_t)(q - b->s);
}
