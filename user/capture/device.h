/* SPDX-License-Identifier: BSD-2-Clause */
/* The network interfaces of a namespace, as rtnetlink tells them. */
#ifndef CAPTURE_DEVICE_H
#define CAPTURE_DEVICE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct iface;
struct nlmsghdr;

/* What stands before the network header. */
enum device_link {
	DEVICE_ETHERNET, /* also lo */
	DEVICE_L3,	 /* nothing */
	DEVICE_FOREIGN,	 /* something that this program does not know */
};

struct device {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
	uint32_t flags; /* IFF_* */
	uint16_t arphrd;
	bool connected; /* operationally up, or unknown */
	uint8_t mac[6];
	bool has_mac;
	bool moved; /* of RTM_DELLINK: it went to another network namespace */
};

enum device_link device_link(const struct device *d);

/* All of them, in the order of their indices; *out is the caller's to free. rtnl: netlink_open(0). 0 or
 * -errno. */
int device_list(int rtnl, struct device **out, size_t *n);

bool device_connected(const struct device *d);

/* In tcpdump -D's order: what is up before what is down, loopback last. */
void device_sort(struct device *d, size_t n);

const struct device *device_by_name(const struct device *d, size_t n, const char *name);
const struct device *device_by_index(const struct device *d, size_t n, uint32_t ifindex);

/* 1: *d is what an RTM_NEWLINK says; 2: RTM_DELLINK of d->ifindex; 0: another message. */
int device_from_message(struct device *d, const struct nlmsghdr *msg);

/* The interface of the default route with the least metric, IPv4 before IPv6; 0 when there is none, or
 * -errno. */
int device_default_route(int rtnl, uint32_t *ifindex);

/* Speed, hardware and network addresses of a live interface, as far as they can be had. 0 or -ENOMEM. */
int device_fill_iface(struct iface *f, const struct device *d);

#endif
