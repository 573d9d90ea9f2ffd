import { RemoteFault } from './fault.ts';
import { LONGEST_SHOWN, type Redact } from './redact.ts';

/** Header that says where the JSON ends and the tensors' bytes begin. */
export const HEADER_LENGTH = 'inference-header-content-length';

/** A body of the binary tensor extension: JSON, then the tensors' bytes in the order the JSON names them. */
export interface Message {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Bytes of the JSON; the value of `Inference-Header-Content-Length`. */
  readonly headerLength: number;
}

/** Puts a message together. The JSON must name the tensors' sizes (`binary_data_size`) itself. */
export function writeMessage(header: object, tensors: readonly Uint8Array[]): Message {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const body = new Uint8Array(tensors.reduce((sum, { length }) => sum + length, json.length));
  body.set(json);
  let offset = json.length;
  for (const tensor of tensors) {
    body.set(tensor, offset);
    offset += tensor.length;
  }
  return { body, headerLength: json.length };
}

/**
 * Takes the JSON off a message.
 *
 * @param length - the header's value; null where it is missing, and then everything is JSON
 * @param redact - of the request that it answers
 * @throws RemoteFault of the kind `answer`
 */
export function readMessage(
  bytes: Uint8Array<ArrayBuffer>,
  length: string | null,
  redact: Redact,
): { readonly header: Record<string, unknown>; readonly binary: Uint8Array<ArrayBuffer> } {
  const end = length === null ? bytes.length : Number(length);
  if (!Number.isSafeInteger(end) || end < 0) {
    throw new RemoteFault('answer', `Inference-Header-Content-Length '${length}' is not a number of bytes`);
  }
  if (end > bytes.length) {
    throw new RemoteFault(
      'answer',
      `the answer has ${bytes.length} bytes, its JSON alone should have ${end}`,
    );
  }
  return { header: readObject(bytes.subarray(0, end), redact), binary: bytes.subarray(end) };
}

/**
 * Reads a JSON object.
 *
 * @param redact - of the request that it answers
 * @throws RemoteFault of the kind `answer`, which says what it is instead
 */
export function readObject(bytes: Uint8Array, redact: Redact): Record<string, unknown> {
  let what = 'no JSON object';
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isObject(json)) return json;
  } catch {
    // Told below, without the platform's own error, which shows a piece of the text. It may also be that the text is too long
    // for a string.
    what = 'not JSON';
  }
  const head = redact(new TextDecoder().decode(bytes.subarray(0, LONGEST_SHOWN)).trimStart());
  if (head.startsWith('<')) what = 'a web page; is the address right?';
  throw new RemoteFault('answer', `the answer is ${what} (${JSON.stringify(head.slice(0, 60))})`);
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
