// SPDX-License-Identifier: BSD-2-Clause
#include "filter/linktype.h"

#include <pcap/pcap.h>
#include <stdio.h>

/* Where systems gave one number to different things, files have numbers of their own. */
static const struct {
	uint16_t link_type;
	int dlt;
} differing[] = {
	{ 100, DLT_ATM_RFC1483 }, { 101, DLT_RAW },	 { 102, DLT_SLIP_BSDOS },
	{ 103, DLT_PPP_BSDOS },	  { 106, DLT_ATM_CLIP },
};

int linktype_dlt(uint16_t link_type)
{
	for (size_t i = 0; i < sizeof(differing) / sizeof(differing[0]); i++)
		if (differing[i].link_type == link_type)
			return differing[i].dlt;
	return link_type;
}

const char *linktype_name(uint16_t link_type, char buf[16])
{
	const char *name = pcap_datalink_val_to_name(linktype_dlt(link_type));

	if (name)
		return name;
	snprintf(buf, 16, "%u", link_type);
	return buf;
}

const char *linktype_description(uint16_t link_type)
{
	return pcap_datalink_val_to_description(linktype_dlt(link_type));
}

int linktype_by_name(const char *name)
{
	int dlt = pcap_datalink_name_to_val(name);

	for (size_t i = 0; i < sizeof(differing) / sizeof(differing[0]); i++)
		if (differing[i].dlt == dlt)
			return differing[i].link_type;
	return dlt;
}
