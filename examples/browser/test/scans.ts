import { radiologicalAffine, writeNifti } from '@clickseg/example-dataset';

/** A bright rod through a body of so many slices, as NIfTI. The rod stands at (40, 52) of 96. */
export function rod(depth: number, size = 96): Uint8Array {
  const slice = Int16Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [((i % size) * 96) / size, (Math.floor(i / size) * 96) / size];
    return Math.hypot(x - 40, y - 52) < 14 ? 180 : Math.hypot(x - 48, y - 48) < 42 ? 20 : -1000;
  });
  const data = new Int16Array(depth * slice.length);
  for (let z = 0; z < depth; z++) data.set(slice, z * slice.length);
  const spacing = { x: 192 / size, y: 192 / size, z: 3 };
  return writeNifti({ data, shape: [depth, size, size], spacing, affine: radiologicalAffine(spacing) });
}

/** As a NIfTI of several time points, which is no single volume. */
export function timeSeries(): Uint8Array {
  const bytes = rod(4);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  // dim[0..4] of the header: four axes, two slices at two times.
  for (const [i, size] of [4, 96, 96, 2, 2].entries()) view.setInt16(40 + 2 * i, size, true);
  return bytes;
}
