/** What a compressed picture says of itself; the DICOM header around it may say otherwise. */
export interface Codestream {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits a sample. */
  readonly precision: number;
  /** JPEG 2000 cuts large pictures; 1 of all others. */
  readonly tiles: number;
}

// JPEG 2000 begins with SOC, which SIZ must follow.
const SOC_SIZ = 0xff4fff51;

/**
 * Reads the size that a JPEG, JPEG-LS or JPEG 2000 states (ITU-T T.81 B.2.2, T.87 C.2.2, T.800 A.5.1); undefined where
 * the bytes are none of these.
 * @throws RangeError where they end within the header
 */
export function readCodestream(bytes: ArrayBuffer): Codestream | undefined {
  const view = new DataView(bytes);
  if (view.getUint32(0) === SOC_SIZ) return readSiz(view);
  return view.getUint16(0) === 0xffd8 ? readFrame(view) : undefined;
}

function readSiz(view: DataView): Codestream {
  const [x, y, x0, y0, tileX, tileY, tileX0, tileY0] = Array.from({ length: 8 }, (_, i) =>
    view.getUint32(8 + 4 * i),
  );
  const [stepX, stepY] = [view.getUint8(43), view.getUint8(44)];
  return {
    width: Math.ceil(x / stepX) - Math.ceil(x0 / stepX),
    height: Math.ceil(y / stepY) - Math.ceil(y0 / stepY),
    components: view.getUint16(40),
    // The highest bit says whether samples are signed.
    precision: (view.getUint8(42) & 0x7f) + 1,
    tiles: Math.ceil((x - tileX0) / tileX) * Math.ceil((y - tileY0) / tileY),
  };
}

function readFrame(view: DataView): Codestream | undefined {
  // From marker to marker; each but the first tells how long it is.
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    while (view.getUint8(at + 1) === 0xff) at++;
    const marker = view.getUint8(at + 1);
    if (!isFrame(marker)) continue;
    return {
      width: view.getUint16(at + 7),
      height: view.getUint16(at + 5),
      components: view.getUint8(at + 9),
      precision: view.getUint8(at + 4),
      tiles: 1,
    };
  }
  return undefined;
}

/** SOF0 to SOF15, among which DHT, JPG and DAC have their numbers, and JPEG-LS's SOF55. */
const isFrame = (marker: number): boolean =>
  marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));

/**
 * How many bytes each segment of an RLE frame unpacks to (PS3.5 Annex G): one segment for each byte of a pixel.
 * @throws RangeError where the frame ends within its header
 */
export function rleLengths(bytes: ArrayBuffer): number[] {
  const view = new DataView(bytes);
  const starts = Array.from({ length: Math.min(view.getUint32(0, true), 15) }, (_, i) =>
    view.getUint32(4 + 4 * i, true),
  );
  return starts.map((start, i) => {
    const end = Math.min(starts[i + 1] ?? view.byteLength, view.byteLength);
    let length = 0;
    for (let at = start; at + 1 < end; ) {
      const count = view.getInt8(at);
      // As many bytes as follow, or one of them again and again; -128 is nothing.
      if (count >= 0) length += Math.min(count + 1, end - at - 1);
      else if (count > -128) length += 1 - count;
      at += count >= 0 ? count + 2 : count > -128 ? 2 : 1;
    }
    return length;
  });
}
