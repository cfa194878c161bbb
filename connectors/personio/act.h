/*
 * act: what can be done at Personio.
 */
#ifndef PERSONIO_ACT_H
#define PERSONIO_ACT_H

#include "personio.h"

extern const struct weir_act personio_act;

#endif
