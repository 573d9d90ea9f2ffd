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
  /** `xyzt_units` */
  readonly units?: number;
  /** `vox_offset`; the voxels themselves lie at 352 all the same. */
  readonly offset?: number;
}

const TYPES = { int16: [4, 16], float32: [16, 32], uint8: [2, 8], rgb24: [128, 24] } as const;

export function niftiBytes(fields: NiftiFields): Uint8Array {
  const { dims, values, type = 'int16', pixdim = [1, 1, 1, 1], little = true } = fields;
  const [code, bits] = TYPES[type];
  const bytes = new Uint8Array(352 + (values.length * bits) / 8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, little);
  const int16 = (at: number, list: readonly number[]) => {
    for (const [i, v] of list.entries()) view.setInt16(at + 2 * i, v, little);
  };
  const float32 = (at: number, list: readonly number[]) => {
    for (const [i, v] of list.entries()) view.setFloat32(at + 4 * i, v, little);
  };
  int16(40, [dims.length, ...dims]);
  int16(70, [code, bits]);
  float32(76, pixdim);
  float32(108, [fields.offset ?? 352, ...(fields.slope ?? [0, 0])]);
  int16(252, [fields.qform ? 1 : 0, fields.sform ? 1 : 0]);
  float32(256, fields.qform ?? []);
  float32(280, fields.sform ?? []);
  bytes[123] = fields.units ?? 0;
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  if (type === 'int16') int16(352, values);
  else if (type === 'float32') float32(352, values);
  else if (type === 'uint8') bytes.set(values, 352);
  return bytes;
}
