/** Exit codes: all is well; it could not run; it ran, but something was left out. */
export const EXIT = { complete: 0, failed: 1, incomplete: 2 } as const;
