#pragma once
#include "frames.h"

// Answers one frame that a worker has got.
void work_answer(struct bytes *out, enum load_language, const char *frame, size_t count);
