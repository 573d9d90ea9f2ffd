/*
 * The lengths and areas below are those of google-deepmind/surface-distance (Apache-2.0, copyright
 * 2018 Google Inc.), whose lookup table lists the marching-cubes triangles of all 256 neighbourhoods.
 * They are derived here instead of copied: whichever of the inside or outside corners are fewer fall
 * into pieces joined along cube edges, and the triangles around a piece depend only on its form. All
 * 256 are held against theirs in test/surfel-weights.test.ts.
 */

/** Contour length, in the spacing's unit, of each of the 16 neighbourhoods of a 2 x 2 square. */
export function contourLengths(spacing: readonly number[]): Float64Array {
  const [sy, sx] = spacing;
  const corner = 0.5 * Math.sqrt(sy * sy + sx * sx);
  const lengths = new Float64Array(16);
  for (let code = 1; code < 15; code++) {
    const rows = code === 3 || code === 12;
    const columns = code === 5 || code === 10;
    const diagonal = code === 6 || code === 9;
    lengths[code] = rows ? sx : columns ? sy : diagonal ? 2 * corner : corner;
  }
  return lengths;
}

/** Surface area, in the spacing's unit squared, of each of the 256 neighbourhoods of a 2 x 2 x 2 cube. */
export function surfaceAreas(spacing: readonly number[]): Float64Array {
  const [sz, sy, sx] = spacing;
  const face = [sy * sx, sz * sx, sz * sy];
  const areas = new Float64Array(256);
  for (let code = 1; code < 255; code++) {
    const corners: number[] = [];
    // Bit 7 is corner (0, 0, 0) of the cube: its coordinates are the complement of the bit's own.
    for (let bit = 0; bit < 8; bit++) if ((code >> bit) & 1) corners.push(7 - bit);
    const outside = [0, 1, 2, 3, 4, 5, 6, 7].filter((c) => !corners.includes(c));
    const fewer = corners.length <= 4 ? corners : outside;
    for (const piece of pieces(fewer)) areas[code] += pieceArea(piece, face);
  }
  return areas;
}

/** Groups of corners (numbers 4 z + 2 y + x) joined along cube edges. */
function pieces(corners: readonly number[]): number[][] {
  const left = new Set(corners);
  const found: number[][] = [];
  for (const seed of corners) {
    if (!left.delete(seed)) continue;
    const piece = [seed];
    for (let i = 0; i < piece.length; i++) {
      for (const axis of [4, 2, 1]) if (left.delete(piece[i] ^ axis)) piece.push(piece[i] ^ axis);
    }
    found.push(piece);
  }
  return found;
}

function pieceArea(piece: readonly number[], face: readonly number[]): number {
  const [a, b, c] = face;
  const slant = Math.sqrt(a * a + b * b + c * c);
  // The root of the other two's squares: as a difference from `slant` it would lose every digit of a thin voxel.
  const bevel = (axis: number) => {
    const [p, q] = face.filter((_, i) => i !== axis);
    return Math.sqrt(p * p + q * q);
  };
  // How many of the piece's edges run along each axis.
  const edges = [4, 2, 1].map((axis) => piece.filter((p) => !(p & axis) && piece.includes(p ^ axis)).length);
  if (piece.length === 1) return 0.125 * slant;
  if (piece.length === 2) return 0.5 * bevel(edges.indexOf(1));
  // Three in an L: one triangle in the plane of the L, two slanted ones.
  if (piece.length === 3) return 0.5 * face[edges.indexOf(0)] + 0.375 * slant;
  if (edges.includes(2)) return face[edges.indexOf(0)];
  // A corner with its three neighbours: a flat hexagon.
  const hub = piece.some((p) => [4, 2, 1].every((axis) => piece.includes(p ^ axis)));
  if (hub) return 0.75 * slant;
  // A chain along all three axes: a twisted hexagon, bevelled along the chain's two ends.
  const middle = [4, 2, 1].findIndex((axis) =>
    piece.every((p) => !piece.includes(p ^ axis) || isInner(p, piece)),
  );
  const ends = [0, 1, 2].filter((axis) => axis !== middle);
  return 0.5 * slant + 0.25 * bevel(ends[0]) + 0.25 * bevel(ends[1]);
}

const isInner = (p: number, piece: readonly number[]) =>
  [4, 2, 1].filter((axis) => piece.includes(p ^ axis)).length === 2;
