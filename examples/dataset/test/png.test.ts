import { crc32, deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readPng } from '../src/index.ts';

/** A PNG by the specification: signature, IHDR, IDAT of unfiltered rows, IEND. */
function png(width: number, rows: readonly (readonly number[])[], depth: number, colour = 0): Uint8Array {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body) >>> 0, 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  const raw = rows.flatMap((row) => [0, ...row.flatMap((v) => (depth === 16 ? [v >> 8, v & 255] : [v]))]);
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const parts = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Uint8Array.from(raw))),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from(signature), ...parts]);
}

const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'invalid-file', message: expect.stringMatching(message) });

it('16-bit values come out whole, rows from the top', () => {
  const { data, shape } = readPng(
    png(
      3,
      [
        [0, 1, 256],
        [4095, 65534, 65535],
      ],
      16,
    ),
  );
  expect(shape).toEqual([2, 3]);
  expect(data).toEqual(Uint16Array.of(0, 1, 256, 4095, 65534, 65535));
});

it('8-bit values come out as bytes', () => {
  expect(
    readPng(
      png(
        2,
        [
          [0, 255],
          [7, 9],
        ],
        8,
      ),
    ).data,
  ).toEqual(Uint8Array.of(0, 255, 7, 9));
});

it('refuses colour, few bits, no pixels, damage and emptiness, by the file name', () => {
  const name = 'slice.png';
  const grey = png(
    2,
    [
      [0, 255],
      [7, 9],
    ],
    8,
  );
  expect(() => readPng(png(1, [[1, 2, 3]], 8, 2), { name })).toThrow(refused(/slice\.png: has 3 channels/));
  expect(() => readPng(png(8, [[170]], 1), { name })).toThrow(refused(/1 bits a pixel/));
  expect(() => readPng(png(0, [[]], 8), { name })).toThrow(refused(/slice\.png: 0 x 1 pixels, expected/));
  expect(() => readPng(png(2, [], 8), { name })).toThrow(
    refused(/slice\.png: (2 x 0 pixels|not a whole PNG)/),
  );
  expect(() => readPng(grey.subarray(0, 50), { name })).toThrow(refused(/not a whole PNG/));
  const damaged = Uint8Array.from(grey);
  damaged[grey.length - 20] ^= 1;
  expect(() => readPng(damaged, { name })).toThrow(refused(/not a whole PNG/));
  expect(() => readPng(new Uint8Array(0), { name })).toThrow(refused(/empty/));
  expect(() => readPng(new TextEncoder().encode('no picture'), { name })).toThrow(refused(/not a whole PNG/));
});
