/** Relative damping of the Hessians (method section 2). */
export const damping = 0.01;
