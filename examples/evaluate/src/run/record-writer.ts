import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { isDiskFull } from './disk-full.ts';
import type { RecordLine } from './record.ts';

/** The parts of `node:fs` that a writer uses; a test hands in a disk that fills up. */
export interface Disk {
  readonly write: (fd: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;
  readonly truncate: (fd: number, length: number) => void;
}

/** Appends records to a file, line by line. */
export interface RecordWriter {
  write(line: RecordLine): void;
  /** Writes what is still held back and closes the file; returns how many lines could not be written. */
  close(): number;
  /** Lines that wait for space on the disk. */
  readonly waiting: number;
}

// Beyond this a full disk ends the run: what it computes could not be kept.
const MOST_WAITING = 200_000;

/**
 * Opens a file of records to append to. On a full disk lines are held back, in order, and tried again
 * with the next; the file never ends in half a line for longer than a write takes.
 */
export function openRecordWriter(
  path: string,
  onFull: (message: string) => void,
  disk: Disk = { write: writeSync, truncate: ftruncateSync },
): RecordWriter {
  const fd = openSync(path, 'a+');
  let end = fstatSync(fd).size;
  let told = false;
  const waiting: Buffer[] = [];

  const append = (bytes: Buffer): boolean => {
    try {
      for (let at = 0; at < bytes.length; ) at += disk.write(fd, bytes, at, bytes.length - at, end + at);
      end += bytes.length;
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      disk.truncate(fd, end);
      if (!told) onFull((error as Error).message);
      told = true;
      return false;
    }
  };
  const flush = () => {
    while (waiting.length > 0 && append(waiting[0])) waiting.shift();
  };
  return {
    get waiting() {
      return waiting.length;
    },
    write(line) {
      waiting.push(Buffer.from(`${JSON.stringify(line)}\n`));
      flush();
      if (waiting.length > MOST_WAITING) {
        throw new Error(
          `the disk is full and ${waiting.length} lines wait for it; free some space and --resume`,
        );
      }
    },
    close() {
      flush();
      closeSync(fd);
      return waiting.length;
    },
  };
}
