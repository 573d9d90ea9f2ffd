/** Timers set for longer, in ms, fire at once (24.8 days). */
export const LONGEST_TIMER = 2 ** 31 - 1;
