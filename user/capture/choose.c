// SPDX-License-Identifier: BSD-2-Clause
#include "capture/choose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/netlink.h"
#include "capture/numbering.h"
#include "util/cleanup.h"
#include "util/log.h"

static void choose(struct chosen *to, const struct device *d)
{
	if (!device_by_index(to->at, to->n, d->ifindex))
		to->at[to->n++] = *d;
}

static int choose_device(struct chosen *to, const struct device *d, const char *name)
{
	if (!d && *name && !name[strspn(name, "0123456789")])
		return err_r(-ENODEV, "Invalid adapter index");
	if (!d)
		return err_r(-ENODEV, "%s: No such device exists", name);
	if (!(d->flags & IFF_UP))
		return err_r(-ENETDOWN, "%s: That device is not up", d->name);
	if (device_link(d) == DEVICE_FOREIGN)
		return err_r(-EOPNOTSUPP, "%s: its link type (ARPHRD %u) is not known here", d->name,
			     d->arphrd);
	choose(to, d);
	return 0;
}

/* all is sorted as -D prints it. "any", or its number, among the names turns all of them into it. */
static int choose_named(bool *any, struct chosen *to, const struct device *all, size_t n,
			const struct capture_settings *s)
{
	int r = 0;

	for (size_t i = 0; i < s->nifaces && r == 0 && !*any; i++) {
		const struct device *d = device_by_name(all, n, s->ifaces[i]);

		if (!d && (strcmp(s->ifaces[i], "any") == 0 || numbering_is_any(all, n, s->ifaces[i])))
			*any = true;
		else
			r = choose_device(to, d ? d : numbering_device(all, n, s->ifaces[i]), s->ifaces[i]);
	}
	return r;
}

static int choose_default(struct chosen *to, const struct device *all, size_t n)
{
	char name[IF_NAMESIZE];
	int r = capture_default_iface(name, sizeof(name));

	if (r)
		return err_r(r, "no interface to capture on is up; -i names one");
	return choose_device(to, device_by_name(all, n, name), name);
}

static void choose_any(struct chosen *to, const struct device *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (device_link(&all[i]) != DEVICE_FOREIGN)
			choose(to, &all[i]);
}

int choose_devices(struct chosen *to, const struct capture_settings *s, bool *any)
{
	_cleanup_free_ struct device *all = NULL;
	_cleanup_close_ int rtnl = netlink_open(0);
	size_t n = 0;
	int r = rtnl < 0 ? rtnl : device_list(rtnl, &all, &n);

	if (r)
		return err_r(r, "cannot list the interfaces: %s", strerror(-r));
	device_sort(all, n);
	to->at = calloc(n ? n : 1, sizeof(*to->at));
	if (!to->at)
		return -ENOMEM;
	if (!s->any && !s->nifaces)
		return choose_default(to, all, n);
	r = choose_named(any, to, all, n, s);
	if (r == 0 && *any)
		choose_any(to, all, n);
	return r;
}

bool choose_only_loopback(const struct chosen *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (!(c->at[i].flags & IFF_LOOPBACK))
			return false;
	return c->n > 0;
}

bool choose_has_link(const struct chosen *d, enum device_link link)
{
	for (size_t i = 0; i < d->n; i++)
		if (device_link(&d->at[i]) == link)
			return true;
	return false;
}
