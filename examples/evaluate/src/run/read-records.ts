import { closeSync, openSync, readSync } from 'node:fs';
import { ClicksegError } from '@clickseg/raster';
import { faultOf, misfitOf } from './check-line.ts';
import type { RecordHeader, RecordLine } from './record.ts';

/** Where a line lies in its file, in bytes; without its line break. */
export interface LinePlace {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

const BLOCK = 1 << 22;
const NEWLINE = 10;

/**
 * Reads a file of records line by line, in blocks: a million of them need no more memory than one block.
 * A last line without its line break, which a killed run leaves, is not read.
 *
 * @returns the bytes that hold whole lines
 * @throws ClicksegError `invalid-file` for a whole line that is not JSON, has not the fields of its kind or does not go with the
 * header above it, such as by a method that it does not name; and where the first is no header
 */
export function readRecords(path: string, each: (line: RecordLine, place: LinePlace) => void): number {
  const fd = openSync(path, 'r');
  let buffer = Buffer.alloc(BLOCK);
  let held = 0;
  let offset = 0;
  let header: RecordHeader | undefined;
  try {
    for (;;) {
      if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
      const got = readSync(fd, buffer, held, buffer.length - held, null);
      if (got === 0) return offset;
      held += got;
      let start = 0;
      for (let end = buffer.indexOf(NEWLINE); end >= 0 && end < held; end = buffer.indexOf(NEWLINE, start)) {
        const line = parse(buffer.toString('utf8', start, end), path, offset);
        if ('format' in line) header = line;
        if (header === undefined) throw noHeader(path);
        const misfit = misfitOf(line, header);
        if (misfit !== undefined) throw noRecord(path, offset, misfit);
        each(line, { path, offset, length: end - start });
        offset += end + 1 - start;
        start = end + 1;
      }
      buffer.copy(buffer, 0, start, held);
      held -= start;
    }
  } finally {
    closeSync(fd);
  }
}

/** The header of a file, without reading on. @throws ClicksegError `invalid-file` */
export function readHeader(path: string): RecordHeader {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(BLOCK);
    const end = buffer.subarray(0, readSync(fd, buffer, 0, BLOCK, 0)).indexOf(NEWLINE);
    const line = parse(buffer.toString('utf8', 0, Math.max(0, end)), path, 0);
    if ('format' in line) return line;
    throw noHeader(path);
  } finally {
    closeSync(fd);
  }
}

/** Reads one line again. */
export function readLine({ path, offset, length }: LinePlace): RecordLine {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    readSync(fd, bytes, 0, length, offset);
    return parse(bytes.toString('utf8'), path, offset);
  } finally {
    closeSync(fd);
  }
}

/** A line that is sound by itself. */
function parse(text: string, path: string, offset: number): RecordLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (cause) {
    throw noRecord(path, offset, text.slice(0, 60), cause);
  }
  const fault = faultOf(line);
  if (fault !== undefined) throw noRecord(path, offset, fault);
  return line as RecordLine;
}

const noRecord = (path: string, offset: number, why: string, cause?: unknown) =>
  new ClicksegError('invalid-file', `${path}: no record at byte ${offset}: ${why}`, { cause });

const noHeader = (path: string) => new ClicksegError('invalid-file', `${path}: does not begin with a header`);
