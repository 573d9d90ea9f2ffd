import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makePhantom, PHANTOM_LABELS, type PhantomStructure } from '../src/index.ts';
import { mismatches } from './mismatches.ts';

const small = { shape: [5, 128, 128], spacing: { x: 3, y: 3, z: 24 } } as const;
const phantom = makePhantom(small);
const { image, label } = phantom;

/** Mean place and mean HU of a structure. */
function measure(name: PhantomStructure) {
  const sum = { x: 0, y: 0, hu: 0, count: 0 };
  label.data.forEach((id, i) => {
    if (id !== PHANTOM_LABELS[name]) return;
    sum.x += i % 128;
    sum.y += Math.floor(i / 128) % 128;
    sum.hu += image.data[i];
    sum.count++;
  });
  return { x: sum.x / sum.count, y: sum.y / sum.count, hu: sum.hu / sum.count, count: sum.count };
}

describe('makePhantom', () => {
  it('every structure is there', () => {
    for (const name of Object.keys(PHANTOM_LABELS) as PhantomStructure[]) {
      expect(measure(name).count, name).toBeGreaterThan(30);
    }
  });

  it('lies as a radiologist looks at it: liver at the left of the picture, spine at the bottom', () => {
    expect(measure('liver').x).toBeLessThan(64);
    expect(measure('spleen').x).toBeGreaterThan(64);
    expect(measure('kidney_right').x).toBeLessThan(measure('kidney_left').x);
    expect(measure('vertebrae_L1').y).toBeGreaterThan(measure('aorta').y);
    expect(measure('stomach').y).toBeLessThan(64);
  });

  it('has the contrast of the portal venous phase', () => {
    const hu = (name: PhantomStructure) => measure(name).hu;
    expect(hu('liver')).toBeGreaterThan(90);
    expect(hu('liver')).toBeLessThan(125);
    expect(hu('kidney_left')).toBeGreaterThan(hu('liver'));
    expect(hu('autochthon_left')).toBeLessThan(hu('liver'));
    expect(image.data[0]).toBeLessThan(-900);
  });

  it('is the same to the byte for a seed, on every platform, and another patient for another seed', () => {
    const digest = (p: typeof phantom) =>
      createHash('sha256').update(new Uint8Array(p.image.data.buffer)).update(p.label.data).digest('hex');
    // Recorded once; it guards against arithmetic that engines round differently.
    expect(digest(phantom).slice(0, 16)).toMatchInlineSnapshot(`"e9adcf8f4a578e69"`);
    expect(digest(makePhantom({ ...small, seed: 1 }))).not.toBe(digest(phantom));
  });

  it('noise has the deviation asked for, and none leaves the labels as they were', () => {
    const quiet = makePhantom({ ...small, noise: 0 });
    expect(mismatches(quiet.label.data, label.data)).toBe(0);
    // Slice 0 to 2, rows of air above the patient, are -1000 without noise; -1024 cuts nothing at 5 HU.
    const noisy = makePhantom({ ...small, noise: 5 });
    const air = [...noisy.image.data.subarray(0, 128 * 20)].map((v) => v + 1000);
    const deviation = Math.sqrt(air.reduce((sum, v) => sum + v * v, 0) / air.length);
    expect(deviation).toBeGreaterThan(4);
    expect(deviation).toBeLessThan(6);
  });

  it('refuses a shape, spacing, seed or noise that make no phantom', () => {
    expect(() => makePhantom({ shape: [0, 8, 8] })).toThrow(/0 in \[0,8,8\]/);
    expect(() => makePhantom({ spacing: { x: 1, y: -1, z: 1 } })).toThrow(/-1/);
    expect(() => makePhantom({ seed: 0.5 })).toThrow(/seed 0\.5/);
    expect(() => makePhantom({ noise: Number.NaN })).toThrow(/noise NaN/);
  });
});
