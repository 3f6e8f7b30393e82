// SPDX-License-Identifier: BSD-2-Clause
/* -D, and the interface that is meant without -i. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capture.h"
#include "capture/device.h"
#include "capture/numbering.h"
#include "capture/netlink.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/strbuf.h"

static int sorted_devices(struct device **out, size_t *n)
{
	_cleanup_close_ int rtnl = netlink_open(0);
	int r = rtnl < 0 ? rtnl : device_list(rtnl, out, n);

	if (r == 0)
		device_sort(*out, *n);
	return r;
}

static void add_flags(struct strbuf *to, const struct device *d)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} flags[] = { { IFF_UP, "Up" }, { IFF_RUNNING, "Running" }, { IFF_LOOPBACK, "Loopback" } };
	const char *sep = " [";

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (d->flags & flags[i].bit) {
			strbuf_printf(to, "%s%s", sep, flags[i].name);
			sep = ", ";
		}
	if (*sep == ' ')
		strbuf_str(to, " [none");
	if (!(d->flags & IFF_LOOPBACK))
		strbuf_str(to, device_connected(d) ? ", Connected" : ", Disconnected");
	strbuf_char(to, ']');
}

/* Where libpcap lists it: behind what is up, before loopback and what is down. */
static size_t place_of_any(const struct device *d, size_t n)
{
	size_t i = 0;

	while (i < n && (d[i].flags & IFF_RUNNING) && (d[i].flags & IFF_UP) && !(d[i].flags & IFF_LOOPBACK))
		i++;
	return i;
}

/* 0 unless it is all digits. */
static size_t parse_number(const char *number)
{
	char *end;
	unsigned long v = strtoul(number, &end, 10);

	return *number >= '0' && *number <= '9' && !*end ? v : 0;
}

bool numbering_is_any(const struct device *d, size_t n, const char *number)
{
	return parse_number(number) == place_of_any(d, n) + 1;
}

const struct device *numbering_device(const struct device *d, size_t n, const char *number)
{
	size_t v = parse_number(number), any = place_of_any(d, n) + 1;

	if (v == 0 || v == any || v > n + 1)
		return NULL;
	return &d[v < any ? v - 1 : v - 2];
}

/* As -D numbers them; a name that is none is left to who opens it. */
static int copy_name(char *name, size_t len, const struct device *d, size_t n, const char *given)
{
	const struct device *numbered = numbering_device(d, n, given);
	const char *from = given;

	if (!device_by_name(d, n, given)) {
		if (numbering_is_any(d, n, given))
			from = "any";
		else if (numbered)
			from = numbered->name;
		else if (*given && !given[strspn(given, "0123456789")])
			return err_r(-ENODEV, "Invalid adapter index");
	}
	if (snprintf(name, len, "%s", from) >= (int)len)
		return err_r(-ENODEV, "%s: No such device exists", given);
	return 0;
}

int capture_iface_name(const char *given, char *name, size_t len)
{
	_cleanup_free_ struct device *d = NULL;
	size_t n = 0;
	int r = sorted_devices(&d, &n);

	if (r)
		return err_r(r, "cannot list the interfaces: %s", strerror(-r));
	return copy_name(name, len, d, n, given);
}

int capture_list(struct strbuf *to)
{
	_cleanup_free_ struct device *d = NULL;
	size_t n = 0, any, number = 0;
	int r = sorted_devices(&d, &n);

	if (r)
		return err_r(r, "cannot list the interfaces: %s", strerror(-r));
	any = place_of_any(d, n);
	for (size_t i = 0; i <= n; i++) {
		if (i == any)
			strbuf_printf(
				to, "%zu.any (Pseudo-device that captures on all interfaces) [Up, Running]\n",
				++number);
		if (i == n)
			break;
		strbuf_printf(to, "%zu.%s", ++number, d[i].name);
		add_flags(to, &d[i]);
		strbuf_char(to, '\n');
	}
	return 0;
}

int capture_default_iface(char *name, size_t len)
{
	_cleanup_close_ int rtnl = netlink_open(0);
	_cleanup_free_ struct device *d = NULL;
	const struct device *found = NULL;
	uint32_t ifindex = 0;
	size_t n = 0;
	int r = rtnl < 0 ? rtnl : device_list(rtnl, &d, &n);

	if (r == 0)
		r = device_default_route(rtnl, &ifindex);
	if (r)
		return r;
	if (ifindex)
		found = device_by_index(d, n, ifindex);
	for (size_t i = 0; i < n && !found; i++)
		if ((d[i].flags & IFF_UP) && !(d[i].flags & IFF_LOOPBACK))
			found = &d[i];
	for (size_t i = 0; i < n && !found; i++)
		if (d[i].flags & IFF_UP)
			found = &d[i];
	if (!found)
		return -ENODEV;
	if (strlen(found->name) >= len)
		return -ENAMETOOLONG;
	memcpy(name, found->name, strlen(found->name) + 1);
	return 0;
}
