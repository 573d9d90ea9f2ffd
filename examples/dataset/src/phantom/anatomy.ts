/** A solid in mm: x to the patient's left, y to the back, z to the head; the middle of the trunk at 0. */
export type Solid = (x: number, y: number, z: number) => boolean;

/** A tissue and where it is. Later parts cover earlier ones. */
export interface Part {
  readonly hu: number;
  readonly inside: Solid;
  /** The structure it belongs to; none for fat, wall and gas. */
  readonly label?: PhantomStructure;
  /** Deviation of its slow inner variation, HU. */
  readonly texture?: number;
}

/** Structures of the phantom and their ids, which are TotalSegmentator's. */
export const PHANTOM_LABELS = {
  spleen: 1,
  kidney_right: 2,
  kidney_left: 3,
  gallbladder: 4,
  liver: 5,
  stomach: 6,
  colon: 20,
  vertebrae_L1: 31,
  aorta: 52,
  inferior_vena_cava: 63,
  autochthon_left: 86,
  autochthon_right: 87,
} as const;

/** The name of a phantom structure. */
export type PhantomStructure = keyof typeof PHANTOM_LABELS;

type Triple = readonly [number, number, number];
const FAR = 1e6;

/** An ellipsoid; `turn` is the tangent of half its angle in the slice, so that no sine is needed. */
function ellipsoid([cx, cy, cz]: Triple, [rx, ry, rz]: Triple, turn = 0): Solid {
  const cos = (1 - turn * turn) / (1 + turn * turn);
  const sin = (2 * turn) / (1 + turn * turn);
  return (x, y, z) => {
    const dx = x - cx;
    const dy = y - cy;
    const dz = (z - cz) / rz;
    const u = (cos * dx + sin * dy) / rx;
    const v = (cos * dy - sin * dx) / ry;
    return u * u + v * v + dz * dz <= 1;
  };
}

/** The trunk's rounded box: between an ellipse and its box. */
function trunk(rx: number, ry: number, cy = 0): Solid {
  return (x, y) => {
    const u = (x / rx) * (x / rx);
    const v = ((y - cy) / ry) * ((y - cy) / ry);
    return 0.55 * (u + v) + 0.45 * (u * u + v * v) <= 1;
  };
}

const both =
  (a: Solid, b: Solid): Solid =>
  (x, y, z) =>
    a(x, y, z) && b(x, y, z);
const without =
  (a: Solid, b: Solid): Solid =>
  (x, y, z) =>
    a(x, y, z) && !b(x, y, z);
const either =
  (...solids: Solid[]): Solid =>
  (x, y, z) =>
    solids.some((solid) => solid(x, y, z));

/**
 * An upper abdomen in the portal venous phase. Places and sizes are a textbook adult's, each moved by a
 * few mm and scaled by a few per cent by `random`.
 */
export function anatomy(random: () => number): Part[] {
  const vary = (value: number, share = 0.07) => value * (1 + share * (2 * random() - 1));
  const organ = (centre: Triple, radii: Triple, turn = 0) =>
    ellipsoid(
      [centre[0] + 8 * random() - 4, centre[1] + 6 * random() - 3, centre[2] + 10 * random() - 5],
      [vary(radii[0]), vary(radii[1]), vary(radii[2])],
      turn,
    );
  const cavity = trunk(132, 84, -8);
  const liver = both(
    either(organ([-72, -12, 12], [66, 68, 62], 0.1), organ([-12, -48, 18], [62, 27, 44], 0.12)),
    cavity,
  );
  const stomach = both(organ([62, -38, 16], [42, 33, 48], -0.25), cavity);
  const kidneyRight = organ([-70, 44, -22], [27, 33, 52], 0.3);
  const kidneyLeft = organ([68, 42, -12], [27, 33, 52], -0.3);
  const sinus = (side: number, z: number) => ellipsoid([side * 54, 40, z], [17, 9, 22]);
  const colonRight = organ([-92, 6, -62], [24, 25, 40]);
  const colonLeft = organ([108, 12, -58], [17, 20, 46]);
  const colonFront = both(organ([10, -66, -44], [80, 17, 24]), cavity);
  const disc: Solid = (_x, _y, z) => Math.abs(z - 36 * Math.round(z / 36) - 14) < 4;
  const body = ellipsoid([0, 44, 0], [24, 18, FAR]);
  const spine = without(
    either(
      body,
      without(ellipsoid([0, 67, 0], [19, 15, FAR]), disc),
      without(ellipsoid([0, 86, 0], [5, 19, FAR]), disc),
      without(ellipsoid([0, 63, 0], [44, 5, FAR]), disc),
    ),
    ellipsoid([0, 66, 0], [10, 8.5, FAR]),
  );
  const ribs = [
    [-140, 5, 0.15],
    [-124, 52, -0.42],
    [-84, 82, -2.2],
    [139, 2, -0.15],
    [125, 48, 0.42],
    [86, 80, 2.2],
    [-126, -46, 0.45],
    [125, -48, -0.45],
  ].map(([x, y, turn]) => [
    ellipsoid([x, y, 0], [6, 15, FAR], turn),
    ellipsoid([x, y, 0], [3, 11, FAR], turn),
  ]);
  const gas = (solid: Solid, level: number): Solid => both(solid, (_x, y) => y < level);
  return [
    { hu: -105, inside: trunk(164, 114), texture: 6 },
    { hu: 58, inside: trunk(148, 99, -2), texture: 8 },
    { hu: -100, inside: trunk(136, 88, -7), texture: 8 },
    { hu: 58, inside: either(ellipsoid([-36, 82, 0], [33, 21, FAR]), ellipsoid([36, 82, 0], [33, 21, FAR])) },
    { hu: 56, inside: ellipsoid([-36, 82, 0], [31, 19, FAR]), label: 'autochthon_right', texture: 10 },
    { hu: 56, inside: ellipsoid([36, 82, 0], [31, 19, FAR]), label: 'autochthon_left', texture: 10 },
    {
      hu: 60,
      inside: either(ellipsoid([-36, 44, -60], [13, 16, 70]), ellipsoid([36, 44, -60], [13, 16, 70])),
    },
    ...ribs.flatMap(([shell, marrow]) => [
      { hu: 420, inside: shell },
      { hu: 160, inside: marrow },
    ]),
    { hu: 45, inside: both(ellipsoid([30, -20, -70], [70, 44, 48]), cavity), texture: 28 },
    { hu: 42, inside: colonRight, label: 'colon', texture: 18 },
    { hu: -850, inside: gas(ellipsoid([-92, 2, -62], [19, 20, 34]), -2), label: 'colon' },
    { hu: 38, inside: colonLeft, label: 'colon', texture: 18 },
    { hu: -850, inside: gas(ellipsoid([108, 12, -58], [12, 15, 40]), 8), label: 'colon' },
    { hu: 45, inside: colonFront, label: 'colon', texture: 15 },
    { hu: -870, inside: gas(ellipsoid([10, -66, -44], [70, 13, 19]), -65), label: 'colon' },
    { hu: 122, inside: both(organ([103, 24, 20], [24, 50, 46], 0.22), cavity), label: 'spleen', texture: 5 },
    { hu: 50, inside: stomach, label: 'stomach' },
    { hu: 22, inside: ellipsoid([62, -36, 16], [36, 26, 42], -0.25), label: 'stomach', texture: 16 },
    { hu: -880, inside: gas(ellipsoid([62, -39, 16], [35, 26, 42], -0.25), -46), label: 'stomach' },
    { hu: 108, inside: liver, label: 'liver', texture: 6 },
    { hu: 150, inside: both(liver, vessels(random)), label: 'liver' },
    { hu: 12, inside: organ([-44, -50, -18], [17, 22, 26], 0.2), label: 'gallbladder' },
    { hu: 185, inside: without(kidneyRight, sinus(-1, -22)), label: 'kidney_right', texture: 14 },
    { hu: 185, inside: without(kidneyLeft, sinus(1, -12)), label: 'kidney_left', texture: 14 },
    { hu: 95, inside: organ([18, -4, 4], [40, 11, 18], -0.15), texture: 14 },
    { hu: 150, inside: organ([-22, 19, 0], [14, 10, FAR], 0.15), label: 'inferior_vena_cava' },
    { hu: 165, inside: organ([9, 17, 0], [11, 11, FAR]), label: 'aorta' },
    { hu: 390, inside: without(spine, disc), label: 'vertebrae_L1' },
    {
      hu: 205,
      inside: both(without(ellipsoid([0, 44, 0], [21, 15, FAR]), disc), spine),
      label: 'vertebrae_L1',
      texture: 30,
    },
    { hu: 95, inside: both(body, disc) },
    { hu: 30, inside: ellipsoid([0, 66, 0], [10, 8.5, FAR]) },
  ];
}

/** A few portal and hepatic branches that fan out through the liver. */
function vessels(random: () => number): Solid {
  const branches = Array.from({ length: 9 }, () => {
    const [x, y, z] = [-44 - 14 * random(), -6 + 10 * random(), 40 * random() - 8];
    const [ax, ay, az] = [-130 + 90 * random() - x, -60 + 90 * random() - y, 30 * random() - 10];
    return { x, y, z, ax, ay, az, square: ax * ax + ay * ay + az * az, radius: 2.5 + 2.5 * random() };
  });
  return (x, y, z) => {
    for (const b of branches) {
      const dx = x - b.x;
      const dy = y - b.y;
      const dz = z - b.z;
      const t = Math.max(0, Math.min(1, (dx * b.ax + dy * b.ay + dz * b.az) / b.square));
      const thin = b.radius * (1 - 0.6 * t);
      const gx = dx - t * b.ax;
      const gy = dy - t * b.ay;
      const gz = dz - t * b.az;
      if (gx * gx + gy * gy + gz * gz <= thin * thin) return true;
    }
    return false;
  };
}
