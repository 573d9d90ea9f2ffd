/** Who reads what is printed, as `| head` or a terminal, may go before the work is done: its files count. */
export function outliveReaders(...streams: readonly NodeJS.EventEmitter[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
