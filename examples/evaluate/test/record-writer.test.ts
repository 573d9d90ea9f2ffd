import { ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRecordWriter } from '../src/run/record-writer.ts';
import { scratchFolder } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
beforeEach(async () => {
  scratch = await scratchFolder();
});
afterEach(() => scratch.remove());

/** A disk with room for so many bytes; what does not fit is written in part, as a real one does. */
function smallDisk(room: { bytes: number }) {
  return {
    write(fd: number, bytes: Uint8Array, offset: number, length: number, position: number): number {
      if (room.bytes === 0)
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const written = writeSync(fd, bytes, offset, Math.min(length, room.bytes), position);
      room.bytes -= written;
      return written;
    },
    truncate: ftruncateSync,
  };
}

it('holds lines back while the disk is full, then writes them in order, none torn', () => {
  const path = join(scratch.path, 'records.jsonl');
  const room = { bytes: 40 };
  const said: string[] = [];
  const writer = openRecordWriter(path, (message) => said.push(message), smallDisk(room));
  for (let n = 0; n < 5; n++) writer.write({ finished: n });
  // 15 bytes a line: two fit, and half of the third must not stay.
  expect(readFileSync(path, 'utf8')).toBe('{"finished":0}\n{"finished":1}\n');
  expect(writer.waiting).toBe(3);
  expect(said).toEqual([expect.stringContaining('ENOSPC')]);
  room.bytes = 1000;
  writer.write({ finished: 5 });
  expect(writer.close()).toBe(0);
  expect(
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l).finished),
  ).toEqual([0, 1, 2, 3, 4, 5]);
});

it('says how many lines it could not save', () => {
  const writer = openRecordWriter(join(scratch.path, 'r.jsonl'), () => {}, smallDisk({ bytes: 0 }));
  writer.write({ finished: 0 });
  writer.write({ finished: 1 });
  expect(writer.close()).toBe(2);
});

it('lets any other fault through', () => {
  const broken = {
    write: () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    },
    truncate: ftruncateSync,
  };
  const writer = openRecordWriter(join(scratch.path, 'r.jsonl'), () => {}, broken);
  expect(() => writer.write({ finished: 0 })).toThrow('EIO');
});
