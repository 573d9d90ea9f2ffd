// pako ships no types; these are the parts that gunzip.ts calls.
declare module 'pako/lib/inflate.js' {
  export class Inflate {
    constructor(options: { windowBits: number; chunkSize: number });
    /** False where the bytes are no whole stream. */
    push(bytes: Uint8Array, last: boolean): boolean;
    /** Zlib's number of what went wrong, and its words where it has any. */
    readonly err: number;
    readonly msg: string;
    readonly result: Uint8Array<ArrayBuffer>;
    /** `next_in`: the first byte that belongs to no member. */
    readonly strm: { readonly next_in: number };
  }
}
