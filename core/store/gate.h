/*
 * gate: readers, and the moments in which there may be none.
 *
 * The engine's map can only grow while this process holds no transaction. A reader enters the gate for its
 * short life; who grows the map closes it, waits until the last reader has left, and opens it again. A thread
 * that is inside may enter again also while the gate is closed: it will not leave before it could. For a
 * reader that changed its thread meanwhile the gate opens for a moment every now and then.
 */
#ifndef WEIR_STORE_GATE_H
#define WEIR_STORE_GATE_H

#include "weir/types.h"

struct gate;

struct gate *gate_new(void); /* NULL without memory */
void gate_free(struct gate *gate);

/* The place taken inside, to be given back to leave. Thread: any but the one that closed it. */
size_t gate_enter(struct gate *gate);
void gate_leave(struct gate *gate, size_t place);

/* Wait until nobody is inside; false: somebody stayed for timeout_ms, and the gate is open. Thread: writer.
 */
bool gate_close(struct gate *gate, int timeout_ms);
void gate_open(struct gate *gate);

#endif
