import { axisSpacing, ClicksegError, checkShape, type NamedSpacing, withDefaults } from '@clickseg/raster';
import { radiologicalAffine, type Volume } from '../volume.ts';
import { anatomy, type Part, PHANTOM_LABELS } from './anatomy.ts';
import { blurSlices } from './blur.ts';
import { latticeNoise, nearlyNormal, seededRandom } from './random.ts';

/** What {@link makePhantom} can be told. */
export interface PhantomOptions {
  /** Another seed is another patient. Default 4242. */
  readonly seed?: number;
  /** `[depth, height, width]`. Default `[12, 256, 256]`. */
  readonly shape?: readonly [number, number, number];
  /** mm. Default 1.5 in the slice, 10 between slices. */
  readonly spacing?: Required<NamedSpacing>;
  /** Deviation of the image noise, HU. Default 12. */
  readonly noise?: number;
}

/** The defaults of {@link makePhantom}: an abdomen from the liver's dome to the kidneys' lower poles. */
export const PHANTOM_DEFAULTS = {
  seed: 4242,
  shape: [12, 256, 256],
  spacing: { x: 1.5, y: 1.5, z: 10 },
  noise: 12,
} as const satisfies Required<PhantomOptions>;

/** A phantom: its CT in HU, its exact label map, and what the ids mean. */
export interface Phantom {
  readonly image: Volume<Int16Array>;
  readonly label: Volume<Uint8Array>;
  readonly labels: typeof PHANTOM_LABELS;
}

// The warp's reach and size, mm: enough that no organ stays an ellipsoid, too little to fold one.
const WARP_REACH = 7;
const WARP_SIZE = 42;

/**
 * A made-up abdominal CT with exact labels: deformed ellipsoids with the contrast of the portal venous
 * phase, blurred across their edges, with grainy noise, in radiological view. The label of a voxel is the
 * structure at its centre, before the blur. Only arithmetic that every engine rounds alike is used, so a
 * seed gives the same bytes everywhere.
 *
 * @throws ClicksegError `invalid-shape`, `invalid-spacing` or `invalid-option`
 */
export function makePhantom(options: PhantomOptions = {}): Phantom {
  const { seed, shape, spacing, noise } = withDefaults(PHANTOM_DEFAULTS, options);
  checkShape(shape, 'makePhantom: shape');
  axisSpacing(spacing, 3, 'makePhantom: spacing');
  if (shape.length !== 3 || !Number.isSafeInteger(seed) || !(noise >= 0 && noise < 1000)) {
    throw new ClicksegError('invalid-option', `makePhantom: shape [${shape}], seed ${seed}, noise ${noise}`);
  }
  const random = seededRandom(seed);
  const parts = anatomy(random);
  const [depth, height, width] = shape;
  const hu = new Float32Array(depth * height * width).fill(-1000);
  const label = new Uint8Array(hu.length);
  const [warpX, warpY, warpZ] = [1, 2, 3].map((axis) => latticeNoise(seed * 31 + axis));
  const texture = latticeNoise(seed * 31 + 4);
  for (let k = 0, i = 0; k < depth; k++) {
    const z = (k - (depth - 1) / 2) * spacing.z;
    for (let j = 0; j < height; j++) {
      const y = (j - (height - 1) / 2) * spacing.y;
      for (let n = 0; n < width; n++, i++) {
        const x = (n - (width - 1) / 2) * spacing.x;
        if (onTable(x, y)) hu[i] = -380;
        // Nothing of the patient reaches further than this, warp included.
        if (Math.abs(x) > 185 || Math.abs(y) > 135) continue;
        const u = x / WARP_SIZE;
        const v = y / WARP_SIZE;
        const w = z / WARP_SIZE;
        const part = topPart(
          parts,
          x + WARP_REACH * warpX(u, v, w),
          y + WARP_REACH * warpY(u, v, w),
          z + WARP_REACH * warpZ(u, v, w),
        );
        if (!part) continue;
        hu[i] = part.hu + (part.texture ? part.texture * texture(x / 9, y / 9, z / 9) : 0);
        if (part.label) label[i] = PHANTOM_LABELS[part.label];
      }
    }
  }
  blurSlices(hu, shape);
  return {
    image: { data: withNoise(hu, shape, noise, random), shape, spacing, affine: radiologicalAffine(spacing) },
    label: { data: label, shape, spacing, affine: radiologicalAffine(spacing) },
    labels: PHANTOM_LABELS,
  };
}

function topPart(parts: readonly Part[], x: number, y: number, z: number): Part | undefined {
  // The first part is the whole body: most voxels lie outside it.
  if (!parts[0].inside(x, y, z)) return undefined;
  for (let i = parts.length - 1; i >= 0; i--) if (parts[i].inside(x, y, z)) return parts[i];
  return undefined;
}

/** The couch under the patient: a shallow bowl 4 mm thick. */
function onTable(x: number, y: number): boolean {
  const bowl = 140 - (x * x) / 900;
  return Math.abs(x) < 165 && y > bowl && y < bowl + 4;
}

/** Adds noise with CT's grain: white noise, blurred, brought back to the deviation asked for. */
function withNoise(
  hu: Float32Array,
  shape: readonly number[],
  noise: number,
  random: () => number,
): Int16Array {
  const grain = new Float32Array(hu.length);
  if (noise > 0) {
    for (let i = 0; i < grain.length; i++) grain[i] = nearlyNormal(random);
    blurSlices(grain, shape);
  }
  // The kernel keeps 70 / 256 of the variance along each axis, so this share of the deviation.
  const scale = noise / (70 / 256);
  const out = new Int16Array(hu.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.max(-1024, Math.min(3071, Math.round(hu[i] + scale * grain[i])));
  }
  return out;
}
