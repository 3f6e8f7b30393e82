// SPDX-License-Identifier: BSD-2-Clause
#include "capture/kernel_btf.h"

#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/io.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"
/* Anonymous structs and unions in each other. */
#define DEPTH_MAX 8

/* The bytes with the places of their types. */
struct types {
	const uint8_t *at;
	const char *strings;
	size_t strings_len;
	uint32_t *where; /* of type id, in `at`; 0 is void */
	uint32_t n;	 /* ids are less */
};

static const struct btf_type *type_of(const struct types *t, uint32_t id)
{
	return (const struct btf_type *)(t->at + t->where[id]);
}

/* Bytes behind struct btf_type, or -1 for a kind that is not known. */
static long more_bytes(const struct btf_type *type)
{
	uint32_t vlen = btf_vlen(type);

	switch (btf_kind(type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_ENUM:
		return vlen * sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return vlen * sizeof(struct btf_param);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return vlen * sizeof(struct btf_member);
	case BTF_KIND_DATASEC:
		return vlen * sizeof(struct btf_var_secinfo);
	case BTF_KIND_ENUM64:
		return vlen * sizeof(struct btf_enum64);
	default:
		return -1;
	}
}

/* The place of each type; what follows a kind that is not known is left out. */
static int index_types(struct types *t, size_t len)
{
	size_t at = 0;

	t->where = calloc(len / sizeof(struct btf_type) + 2, sizeof(*t->where));
	if (!t->where)
		return -ENOMEM;
	for (t->n = 1; len - at >= sizeof(struct btf_type); t->n++) {
		long more = more_bytes((const struct btf_type *)(t->at + at));

		if (more < 0 || (size_t)more > len - at - sizeof(struct btf_type))
			break;
		t->where[t->n] = (uint32_t)at;
		at += sizeof(struct btf_type) + (size_t)more;
	}
	return 0;
}

static int open_types(struct types *t, const void *btf, size_t len)
{
	const struct btf_header *h = btf;
	size_t rest;

	if (len < sizeof(*h) || h->magic != BTF_MAGIC || h->hdr_len < sizeof(*h) || h->hdr_len > len)
		return -EINVAL;
	rest = len - h->hdr_len;
	if (h->type_off > rest || h->type_len > rest - h->type_off || h->type_off % 4 || h->hdr_len % 4 ||
	    h->str_off > rest || h->str_len > rest - h->str_off || !h->str_len)
		return -EINVAL;
	*t = (struct types){ .at = (const uint8_t *)btf + h->hdr_len + h->type_off,
			     .strings = (const char *)btf + h->hdr_len + h->str_off,
			     .strings_len = h->str_len };
	return index_types(t, h->type_len);
}

/* Where a name stands among the strings, each of which is there once; 0: nowhere. */
static uint32_t find_name(const struct types *t, const char *name)
{
	const size_t len = strlen(name) + 1;
	const char *at = t->strings;

	while ((at = memmem(at, t->strings_len - (size_t)(at - t->strings), name, len))) {
		if (at > t->strings && at[-1] == '\0')
			return (uint32_t)(at - t->strings);
		at++;
	}
	return 0;
}

static uint32_t find_type(const struct types *t, unsigned kind, const char *name)
{
	uint32_t off = find_name(t, name);

	for (uint32_t id = 1; off && id < t->n; id++)
		if (type_of(t, id)->name_off == off && btf_kind(type_of(t, id)) == kind)
			return id;
	return 0;
}

/* The bit-field of that name in a struct, also inside what has no name of its own. */
static bool find_bitfield(const struct types *t, uint32_t id, uint32_t name, int depth, uint32_t *bit)
{
	const struct btf_type *type = id < t->n ? type_of(t, id) : NULL;
	uint32_t inner;

	if (!id || !type || !btf_is_composite(type) || depth > DEPTH_MAX)
		return false;
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *m = &btf_members(type)[i];

		if (m->name_off == name && btf_member_bitfield_size(type, i)) {
			*bit = btf_member_bit_offset(type, i);
			return true;
		}
		if (!m->name_off && find_bitfield(t, m->type, name, depth + 1, &inner)) {
			*bit = btf_member_bit_offset(type, i) + inner;
			return true;
		}
	}
	return false;
}

int kernel_btf_find(struct kernel_btf *out, const void *btf, size_t len)
{
	struct types t;
	int r = open_types(&t, btf, len);
	uint32_t name;

	*out = (struct kernel_btf){ 0 };
	if (r)
		return r;
	name = find_name(&t, "ip_summed");
	out->has_ip_summed = name && find_bitfield(&t, find_type(&t, BTF_KIND_STRUCT, "sk_buff"), name, 0,
						   &out->ip_summed_bit);
	out->cast_id = find_type(&t, BTF_KIND_FUNC, "bpf_cast_to_kern_ctx");
	free(t.where);
	return 0;
}

/* The kernel gives a page at a time. */
static size_t read_all(int fd, uint8_t *to, size_t len)
{
	size_t have = 0;
	ssize_t n;

	while (have < len && (n = read(fd, to + have, len - have)) > 0)
		have += (size_t)n;
	return have;
}

void kernel_btf_read(struct kernel_btf *out)
{
	_cleanup_close_ int fd = open(VMLINUX, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes;
	size_t len;

	*out = (struct kernel_btf){ 0 };
	if (fd < 0 || fstat(fd, &st) || st.st_size <= 0)
		return;
	len = (size_t)st.st_size;
	bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED) { /* before Linux 6.16 */
		bytes = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (bytes == MAP_FAILED)
			return;
		read_all(fd, bytes, len);
	}
	kernel_btf_find(out, bytes, len);
	munmap(bytes, len);
}

static int write_file(const void *bytes, size_t len)
{
	int fd = memfd_create("btf", MFD_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = write_all(fd, bytes, len);
	if (r)
		close(fd);
	return r ? r : fd;
}

int kernel_btf_trim(const struct kernel_btf *k)
{
	struct btf *btf = btf__new_empty();
	const void *bytes;
	uint32_t len;
	int byte, r;

	if (!btf)
		return -ENOMEM;
	byte = btf__add_int(btf, "unsigned char", 1, 0);
	r = btf__add_struct(btf, "sk_buff", k->ip_summed_bit / 8 + 1);
	if (r > 0)
		r = btf__add_field(btf, "ip_summed", byte, k->ip_summed_bit, 2);
	bytes = r == 0 ? btf__raw_data(btf, &len) : NULL;
	if (r == 0)
		r = bytes ? write_file(bytes, len) : -ENOMEM;
	btf__free(btf);
	return r;
}
