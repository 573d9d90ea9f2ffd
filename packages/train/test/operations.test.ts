import { describe, expect, it } from 'vitest';
import { countOperations, type UnetOptions, unet } from '../src/index.ts';

describe('countOperations', () => {
  it('counts Fig. 2 at width 1 and one level by hand', () => {
    // Full plane 4 x 4: 9 (3 + 1) down, 2 up, 9 (2 + 1) joined, 1 head; half plane 2 x 2: 9 (2 + 4).
    const { total, perClick } = countOperations(unet({ width: 1, levels: 1 }), [4, 4]);
    expect(total).toBe(16 * (36 + 2 + 27 + 1) + 4 * 54);
    expect(perClick).toBe(total);
  });

  it('counts the separable network and the late one by hand', () => {
    // Full plane: 9 (6 + 4) down; up 8; joined 9*4 + 8 + 9*2 + 4; head 2.
    // Half plane: 9*2 + 8 + 9*4 + 16.
    expect(countOperations(unet({ width: 2, levels: 1, variant: 'separable' }), [4, 4]).total).toBe(
      16 * (90 + 8 + 66 + 2) + 4 * 78,
    );
    // Encoder: 9 (2 + 4) and its share 9 * 4 at full, 9 (8 + 16) and 9 * 16 at half.
    // Decoder: guidance 9 * 8 and 9 * 16 at half; up 8, guidance 9 * 4, twice 9 * 4, head 2 at full.
    const { total, perClick } = countOperations(unet({ width: 2, levels: 1, variant: 'late' }), [4, 4]);
    expect(perClick).toBe(4 * (72 + 144) + 16 * (8 + 36 + 72 + 2));
    expect(total - perClick).toBe(16 * (54 + 36) + 4 * (216 + 144));
  });

  it('counts a previous mask as one map more, with the clicks', () => {
    const added = (options: UnetOptions) => {
      const [three, four] = [false, true].map((previousMask) =>
        countOperations(unet({ ...options, previousMask }), [4, 4]),
      );
      return [four.total - three.total, four.perClick - three.perClick];
    };
    // One input plane of a 3x3 convolution to 2 channels at full size; 'late' has another to 4 at half.
    expect(added({ width: 2, levels: 1 })).toEqual([16 * 18, 16 * 18]);
    const late = 16 * 18 + 4 * 36;
    expect(added({ width: 2, levels: 1, variant: 'late' })).toEqual([late, late]);
  });

  it('grows with the plane, and refuses one that the levels do not divide', () => {
    const net = unet({ width: 4 });
    expect(countOperations(net, [64, 32]).total).toBe(2 * countOperations(net, [32, 32]).total);
    expect(() => countOperations(net, [40, 32])).toThrow(/size 40/);
  });
});
