/*
 * expect: cmocka with Weir's words. A test is named by the sentence it proves.
 */
#ifndef WEIR_TESTS_EXPECT_H
#define WEIR_TESTS_EXPECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state_)
#define UNIT(name) cmocka_unit_test(name)
#define EXPECT(condition) assert_true(condition)
#define EXPECT_INT(want, got) assert_int_equal((want), (got))
#define EXPECT_STR(want, got) assert_string_equal((want), (got))
#define UNUSED_STATE (void)state_

#endif
