/** Whether an error is the file system's, such as a folder that may not be written to: told in words, no fault of the program. */
export const isFileFault = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && typeof (error as NodeJS.ErrnoException).code === 'string';
