// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

int main(void)
{
	return EXIT_FAILURE;
}
