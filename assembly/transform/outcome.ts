// What a transformation answers: the count of bytes it wrote, or that there was nothing to do.

/** The value is its own result; nothing was written. */
export const UNCHANGED: i32 = -1;
