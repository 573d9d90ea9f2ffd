import { ClicksegError, describe } from '@clickseg/raster';

/** A file's content. */
export type Bytes = Uint8Array | ArrayBuffer;

/** The content as a buffer of its own length (the readers address from byte 0); copies only a part of one. */
export function toArrayBuffer(bytes: Bytes, what: string): ArrayBuffer {
  if (!(bytes instanceof ArrayBuffer) && !ArrayBuffer.isView(bytes)) {
    throw new ClicksegError('invalid-file', `${what}: expected its bytes, got ${describe(bytes)}`);
  }
  if (bytes.byteLength === 0) throw new ClicksegError('invalid-file', `${what}: the file is empty (0 bytes)`);
  if (bytes instanceof ArrayBuffer) return bytes;
  const { buffer, byteOffset, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  // Not bytes.slice(): a Node Buffer's slice is a view of its whole pool.
  return new Uint8Array(bytes).buffer;
}

/** The error of a reader that gave up, with what it said as the cause. */
export function unreadable(what: string, why: string, cause: unknown): ClicksegError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new ClicksegError('invalid-file', `${what}: ${why} (${said})`, { cause });
}
