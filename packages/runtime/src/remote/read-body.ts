/**
 * Reads an answer's body, and no further than a limit: what a broken server sends without end is not to fill the memory.
 * @returns what came, and whether that was all of it
 */
export async function readBody(
  response: Response,
  limit: number,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly whole: boolean }> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    // There is none, or the platform streams none (React Native).
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { bytes: bytes.subarray(0, limit), whole: bytes.length <= limit };
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  while (length <= limit && !whole) {
    const { done, value } = await reader.read();
    whole = done;
    if (value === undefined) continue;
    parts.push(value);
    length += value.length;
  }
  // Nobody waits for the rest, nor for its end.
  if (!whole) reader.cancel().catch(() => undefined);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes: bytes.subarray(0, limit), whole };
}
