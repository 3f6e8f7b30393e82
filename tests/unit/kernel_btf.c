// SPDX-License-Identifier: BSD-2-Clause
#include "capture/kernel_btf.h"
#include "check.h"

#include <bpf/btf.h>
#include <unistd.h>

/* What the kernel has: a bit-field in a struct in a union in sk_buff, neither with a name, and others that
 * look like it. */
static struct btf *make(void)
{
	struct btf *b = btf__new_empty();
	int byte = btf__add_int(b, "unsigned char", 1, 0), word = btf__add_int(b, "unsigned int", 4, 0), in,
	    either, decoy, proto;

	btf__add_struct(b, "not_sk_buff", 8);
	btf__add_field(b, "ip_summed", byte, 3, 2);
	decoy = btf__add_fwd(b, "sk_buff", BTF_FWD_STRUCT);
	btf__add_ptr(b, decoy);
	btf__add_enum(b, "some", 4);
	btf__add_enum_value(b, "SOME", 1);
	btf__add_array(b, word, byte, 7);
	in = btf__add_struct(b, NULL, 4);
	btf__add_field(b, "cloned", byte, 0, 1);
	btf__add_field(b, "ip_summed", byte, 5, 2);
	either = btf__add_union(b, NULL, 4);
	btf__add_field(b, NULL, in, 0, 0);
	btf__add_field(b, "headers", in, 0, 0);
	btf__add_struct(b, "sk_buff", 232);
	btf__add_field(b, "len", word, 112 * 8, 0);
	btf__add_field(b, NULL, either, 128 * 8, 0);
	proto = btf__add_func_proto(b, word);
	btf__add_func_param(b, "obj", word);
	btf__add_func(b, "bpf_cast", BTF_FUNC_STATIC, proto);
	btf__add_func(b, "bpf_cast_to_kern_ctx", BTF_FUNC_STATIC, proto);
	btf__add_datasec(b, ".data", 8);
	return b;
}

static void member_inside_nameless_members_is_found(void)
{
	struct btf *b = make();
	struct kernel_btf k;
	uint32_t len;
	const void *bytes = btf__raw_data(b, &len);

	CHECK_EQ(kernel_btf_find(&k, bytes, len), 0);
	CHECK(k.has_ip_summed);
	CHECK_EQ(k.ip_summed_bit, 128 * 8 + 5);
	CHECK_EQ(k.cast_id, btf__find_by_name_kind(b, "bpf_cast_to_kern_ctx", BTF_KIND_FUNC));
	btf__free(b);
}

static void what_is_not_there_is_not_found(void)
{
	struct btf *b = btf__new_empty();
	struct kernel_btf k;
	uint32_t len;
	const void *bytes;

	btf__add_struct(b, "sk_buff", 4);
	btf__add_field(b, "ip_summed", btf__add_int(b, "unsigned char", 1, 0), 0, 0);
	bytes = btf__raw_data(b, &len);
	CHECK_EQ(kernel_btf_find(&k, bytes, len), 0);
	CHECK(!k.has_ip_summed);
	CHECK_EQ(k.cast_id, 0);
	btf__free(b);
}

/* Cut and changed anywhere: no read outside, which a sanitizer would see, and no crash. */
static void damaged_bytes_do_no_harm(void)
{
	struct btf *b = make();
	struct kernel_btf k;
	uint32_t len;
	const void *bytes = btf__raw_data(b, &len);

	for (uint32_t n = 0; n < len; n++) {
		uint8_t *cut = malloc(n ? n : 1), *bent = malloc(len);

		memcpy(cut, bytes, n);
		CHECK(n >= 24 || kernel_btf_find(&k, cut, n) < 0);
		kernel_btf_find(&k, cut, n);
		for (int bit = 0; bit < 8; bit++) {
			memcpy(bent, bytes, len);
			bent[n] ^= (uint8_t)(1 << bit);
			kernel_btf_find(&k, bent, len);
		}
		free(cut);
		free(bent);
	}
	btf__free(b);
}

static void running_kernel_is_read_as_libbpf_reads_it(void)
{
	struct btf *b = btf__load_vmlinux_btf();
	struct kernel_btf k;
	int cast;

	if (!b || access("/sys/kernel/btf/vmlinux", R_OK))
		SKIP("the kernel has no BTF");
	kernel_btf_read(&k);
	cast = btf__find_by_name_kind(b, "bpf_cast_to_kern_ctx", BTF_KIND_FUNC);
	CHECK(k.has_ip_summed);
	CHECK_EQ(k.cast_id, cast > 0 ? cast : 0);
	btf__free(b);
}

static void trimmed_btf_holds_the_member(void)
{
	struct kernel_btf k = { .has_ip_summed = true, .ip_summed_bit = 1029 };
	char path[32];
	struct btf *b;
	const struct btf_type *t;
	int fd = kernel_btf_trim(&k);

	CHECK(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	b = btf__parse(path, NULL);
	t = b ? btf__type_by_id(b, (uint32_t)btf__find_by_name_kind(b, "sk_buff", BTF_KIND_STRUCT)) : NULL;
	CHECK(t && btf_vlen(t) == 1);
	CHECK_STR(btf__name_by_offset(b, btf_members(t)->name_off), "ip_summed");
	CHECK_EQ(btf_member_bit_offset(t, 0), 1029);
	CHECK_EQ(btf_member_bitfield_size(t, 0), 2);
	btf__free(b);
	close(fd);
}

int main(void)
{
	RUN(member_inside_nameless_members_is_found);
	RUN(what_is_not_there_is_not_found);
	RUN(damaged_bytes_do_no_harm);
	RUN(running_kernel_is_read_as_libbpf_reads_it);
	RUN(trimmed_btf_holds_the_member);
	return CHECK_DONE();
}
