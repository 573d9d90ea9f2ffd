/// <reference path="./pako.d.ts" />
// The half that is used, and the very file that daikon brings into a page anyway.
import { Inflate } from 'pako/lib/inflate.js';

// The largest window, and 16: gzip alone.
const GZIP = 15 + 16;
const CHUNK = 1 << 20;

/** Whether bytes begin as a gzip file does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The content of a gzip file: of each of its members, one after the other, held against the CRC-32 and the length that
 * end it. Zeros may follow, with which tapes and some writers fill a block.
 *
 * @throws Error in words for a stream that is cut short, corrupt, or followed by anything else
 */
export function gunzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const inflate = new Inflate({ windowBits: GZIP, chunkSize: CHUNK });
  if (!inflate.push(bytes, true)) throw new Error(inflate.msg || 'it ends too early');
  for (let at = inflate.strm.next_in; at < bytes.length; at++) {
    if (bytes[at] !== 0) throw new Error(`byte ${at} lies behind its end`);
  }
  return inflate.result;
}
