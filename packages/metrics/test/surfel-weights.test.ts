import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { surfaceAreas } from '../src/surfel-weights.ts';

const { spacing, areas } = JSON.parse(
  readFileSync(new URL('./fixtures/surface-areas.json', import.meta.url), 'utf8'),
) as { spacing: number[]; areas: number[] };

describe('surfaceAreas', () => {
  it('are those of surface-distance for all 256 neighbourhoods', () => {
    const ours = surfaceAreas(spacing);
    expect(ours).toHaveLength(256);
    for (const [code, area] of areas.entries()) {
      expect(Math.abs(ours[code] - area), `${code}`).toBeLessThanOrEqual(1e-15 * area);
    }
  });

  it('keep their digits where a voxel is far thinner than wide', () => {
    // Two neighbours along z in a cube of [z, y, x]: half of the root of the squares of the faces across y and x.
    const [z, y, x] = [1e-8, 1, 3];
    const code = 0b10001000;
    expect(surfaceAreas([z, y, x])[code]).toBeCloseTo(0.5 * Math.hypot(z * x, z * y), 22);
    expect(surfaceAreas([z, y, x])[code]).toBeGreaterThan(0);
  });
});
