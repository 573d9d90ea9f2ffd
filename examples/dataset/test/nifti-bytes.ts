/** What a test writes into a NIfTI-1 file, byte by byte after the standard's own header table. */
export interface NiftiFields {
  readonly dims: readonly number[];
  readonly values: readonly number[];
  readonly type?: 'int16' | 'float32' | 'uint8' | 'rgb24';
  readonly pixdim?: readonly number[];
  readonly sform?: readonly number[];
  /** b, c, d, x, y, z */
  readonly qform?: readonly number[];
  readonly slope?: readonly [number, number];
  readonly little?: boolean;
}

const TYPES = { int16: [4, 16], float32: [16, 32], uint8: [2, 8], rgb24: [128, 24] } as const;

export function niftiBytes(fields: NiftiFields): Uint8Array {
  const { dims, values, type = 'int16', pixdim = [1, 1, 1, 1], little = true } = fields;
  const [code, bits] = TYPES[type];
  const bytes = new Uint8Array(352 + (values.length * bits) / 8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, little);
  [dims.length, ...dims].forEach((n, i) => view.setInt16(40 + 2 * i, n, little));
  view.setInt16(70, code, little);
  view.setInt16(72, bits, little);
  pixdim.forEach((v, i) => view.setFloat32(76 + 4 * i, v, little));
  view.setFloat32(108, 352, little);
  (fields.slope ?? [0, 0]).forEach((v, i) => view.setFloat32(112 + 4 * i, v, little));
  view.setInt16(252, fields.qform ? 1 : 0, little);
  view.setInt16(254, fields.sform ? 1 : 0, little);
  fields.qform?.forEach((v, i) => view.setFloat32(256 + 4 * i, v, little));
  fields.sform?.forEach((v, i) => view.setFloat32(280 + 4 * i, v, little));
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  values.forEach((v, i) => {
    if (type === 'int16') view.setInt16(352 + 2 * i, v, little);
    else if (type === 'float32') view.setFloat32(352 + 4 * i, v, little);
    else if (type === 'uint8') view.setUint8(352 + i, v);
  });
  return bytes;
}
