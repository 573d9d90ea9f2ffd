import { radiologicalAffine, readNifti, writeNifti } from '@clickseg/example-dataset';

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

/** A label map on a scan's grid: as many stripes of whole rows as there are labels, over all of its voxels but the first. */
export function touched(scan: Uint8Array, labels: readonly number[]): Uint8Array {
  const { data, ...volume } = readNifti(scan);
  const stripe = Math.floor((data.length - 96) / labels.length);
  const map = Uint16Array.from(data, (_, i) => (i < 96 ? 0 : (labels[Math.floor((i - 96) / stripe)] ?? 0)));
  return writeNifti({ ...volume, data: map });
}

const [ACROSS, ALONG, UP] = [48, 56, 5];

/**
 * A rod beside the middle of a body, stored with its axes along the letters of the code. In radiological view it
 * stands at (20, 26) of 48 x 56, on all of 5 slices.
 */
export function storedRod(code: 'RAS' | 'LAS' | 'RSA') {
  const size = { R: ACROSS, L: ACROSS, A: ALONG, S: UP };
  const dims = [...code].map((letter) => size[letter as keyof typeof size]) as [number, number, number];
  const values = new Int16Array(ACROSS * ALONG * UP);
  for (let k = 0, at = 0; k < dims[2]; k++) {
    for (let j = 0; j < dims[1]; j++) {
      for (let i = 0; i < dims[0]; i++, at++) {
        const index = (letter: string) => [i, j, k][code.indexOf(letter)] as number;
        // The view's columns run to the left, its rows to the back.
        const x = code.includes('R') ? ACROSS - 1 - index('R') : index('L');
        const y = ALONG - 1 - index('A');
        const far = Math.hypot(x - 20, y - 26);
        values[at] = far < 7 ? 180 : Math.hypot(x - 24, y - 28) < 21 ? 20 : -1000;
      }
    }
  }
  const step = { R: [4, 0, 0], L: [-4, 0, 0], A: [0, 4, 0], S: [0, 0, 3] };
  const rows = [0, 1, 2].map((row) => [
    ...[...code].map((letter) => step[letter as keyof typeof step][row] as number),
    [-11, 7.5, 100][row] as number,
  ]);
  const bytes = new Uint8Array(352 + values.byteLength);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, true);
  for (const [i, n] of [3, ...dims, 1, 1, 1, 1].entries()) view.setInt16(40 + 2 * i, n, true);
  view.setInt16(70, 4, true);
  view.setInt16(72, 16, true);
  const sizes = [...code].map((letter) => (letter === 'S' ? 3 : 4));
  for (const [i, n] of [1, ...sizes].entries()) view.setFloat32(76 + 4 * i, n, true);
  view.setFloat32(108, 352, true);
  view.setInt16(254, 2, true);
  for (const [i, n] of rows.flat().entries()) view.setFloat32(280 + 4 * i, n, true);
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  bytes.set(new Uint8Array(values.buffer), 352);
  return {
    bytes,
    header: (file: Uint8Array) => [40, 76, 252].flatMap((at, i) => [...file.slice(at, [56, 108, 328][i])]),
    voxels: (file: Uint8Array) => new Int16Array(file.slice(352).buffer),
  };
}
