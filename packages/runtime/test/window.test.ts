import { describe, expect, it } from 'vitest';
import { windowOrigin, windowSize } from '../src/window.ts';

const model = { sizeMultiple: 16, maxSize: 64 };

describe('windowSize', () => {
  it('rounds up to the multiple, and stops at maxSize, each axis alone', () => {
    expect(windowSize([1, 16], model)).toEqual([16, 16]);
    expect(windowSize([17, 500], model)).toEqual([32, 64]);
  });

  it('is what the graph fixes, where it fixes it', () => {
    expect(windowSize([17, 500], model, [256, undefined])).toEqual([256, 64]);
  });
});

describe('windowOrigin', () => {
  const origin = (...clicks: { x: number; y: number }[]) => windowOrigin([200, 50], [64, 64], 16, clicks);

  it('stays at 0 along an axis that fits', () => {
    expect(origin({ x: 49, y: 100 }).x).toBe(0);
  });

  it('holds the last click wherever it is, never starts before the image, and reaches its end', () => {
    for (let y = 0; y < 200; y++) {
      for (const first of [0, 60, 199]) {
        const at = origin({ x: 0, y: first }, { x: 0, y }).y;
        expect(at % 16).toBe(0);
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThanOrEqual(144);
        expect(y - at).toBeGreaterThanOrEqual(0);
        expect(y - at).toBeLessThan(64);
      }
    }
    expect(origin({ x: 0, y: 199 }).y + 64).toBeGreaterThanOrEqual(200);
  });

  it.each([
    [16, 16],
    [256, 256],
    [256, 512],
    [384, 256],
  ])('of %i pixels in steps of %i holds the last click too', (size, multiple) => {
    for (let y = 0; y < 1000; y++) {
      for (const first of [0, 470, 999]) {
        const at = windowOrigin([1000, 1000], [size, size], multiple, [
          { x: first, y: first },
          { x: y, y },
        ]).y;
        expect(y - at).toBeGreaterThanOrEqual(0);
        expect(y - at).toBeLessThan(size);
      }
    }
  });

  it('does not move while a later click is dragged inside it', () => {
    const first = { x: 0, y: 100 };
    const still = origin(first).y;
    for (let y = still + 8; y < still + 56; y++) expect(origin(first, { x: 0, y }).y).toBe(still);
  });

  it('follows a dragged click in steps of the multiple, never by more than it needs', () => {
    const first = { x: 0, y: 100 };
    let last = origin(first).y;
    for (let y = 100; y < 200; y++) {
      const at = origin(first, { x: 0, y }).y;
      expect([0, 16]).toContain(at - last);
      last = at;
    }
  });
});
