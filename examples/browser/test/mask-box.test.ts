import { describe, expect, it } from 'vitest';
import { boxLabels, boxMask, paintMask, wholeMask, withoutMasks } from '../src/state/mask-box.ts';

const [HEIGHT, WIDTH] = [12, 17];

/** Numbers of 0 to 1 that are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

/** A patch of the slice somewhere, with holes. */
function patch(random: () => number) {
  const mask = new Uint8Array(HEIGHT * WIDTH);
  const [x, y] = [Math.floor(random() * WIDTH), Math.floor(random() * HEIGHT)];
  for (let row = y; row < Math.min(HEIGHT, y + 5); row++) {
    for (let column = x; column < Math.min(WIDTH, x + 6); column++) {
      mask[row * WIDTH + column] = Number(random() > 0.3);
    }
  }
  return boxMask(mask, WIDTH);
}

describe('a mask without others', () => {
  it('is what is left of the whole slice, pixel by pixel', () => {
    const random = numbers(7);
    let cut = 0;
    for (let i = 0; i < 400; i++) {
      const [box, ...others] = [patch(random), patch(random), patch(random)] as const;
      const left = wholeMask(box, [HEIGHT, WIDTH]);
      for (const other of others) paintMask(other, left, WIDTH, 0);
      const expected = boxMask(left, WIDTH);
      const found = withoutMasks(box, others);
      expect(found).toEqual(expected);
      if (expected.pixels === box.pixels) expect(found).toBe(box);
      else cut++;
    }
    expect(cut).toBeGreaterThan(50);
  });

  it('is itself where none touches it, for which no pixel is looked at', () => {
    const data = new Proxy(new Uint8Array(4).fill(1), {
      get: () => {
        throw new Error('looked at');
      },
    });
    const box = { x: 0, y: 0, width: 2, height: 2, data, pixels: 4 };
    expect(
      withoutMasks(box, [
        { ...box, x: 2 },
        { ...box, y: 2 },
      ]),
    ).toBe(box);
  });
});

it('finds the masks of all labels of a slice in one pass, as they are found one by one', () => {
  const random = numbers(3);
  for (let i = 0; i < 50; i++) {
    const slice = Uint16Array.from({ length: HEIGHT * WIDTH }, () =>
      random() < 0.5 ? 0 : [1, 2, 300][Math.floor(random() * 3)],
    );
    const one = (label: number) =>
      boxMask(
        slice.map((value) => Number(value === label)),
        WIDTH,
      );
    expect(boxLabels(slice, WIDTH)).toEqual(
      new Map([...new Set(slice)].filter(Boolean).map((label) => [label, one(label)])),
    );
  }
  expect(boxLabels(new Uint8Array(6), 3)).toEqual(new Map());
});
