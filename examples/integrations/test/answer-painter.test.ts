import { beforeEach, describe, expect, it } from 'vitest';
import { answerPainter } from '../src/answer-painter.ts';

// A slice of ten pixels, written as its labels.
let slice: number[];
let paint: (mask: string, label?: number, key?: string) => string;
beforeEach(() => {
  const painter = answerPainter();
  const labels = {
    getAtIndex: (i: number) => slice[i] as number,
    setAtIndex: (i: number, label: number) => (slice[i] = label),
  };
  paint = (mask, label = 1, key = 'slice') => {
    painter(key, Uint8Array.from(mask, Number), label, labels);
    return slice.join('');
  };
});
const start = (labels: string) => (slice = Array.from(labels, Number));

describe('answerPainter', () => {
  it('draws an answer in place of the last one', () => {
    start('0000000000');
    expect(paint('0111000000')).toBe('0111000000');
    expect(paint('0001110000')).toBe('0001110000');
    expect(paint('0000000000')).toBe('0000000000');
  });

  it('leaves what was there before, of its own label too', () => {
    start('1110002220');
    expect(paint('0011110011')).toBe('1111112221');
    expect(paint('0000110000')).toBe('1110112220');
    expect(paint('0000000000')).toBe('1110002220');
  });

  it('leaves what a brush adds between two answers', () => {
    start('0000000000');
    paint('0111000000');
    slice[8] = 1;
    slice[2] = 2;
    expect(paint('0011100000')).toBe('0021100010');
    expect(paint('0000000000')).toBe('0020000010');
  });

  it('draws again where something else was taken away', () => {
    start('0222000000');
    expect(paint('1110000000')).toBe('1222000000');
    slice[1] = 0;
    slice[0] = 0;
    expect(paint('1110000000')).toBe('1122000000');
    expect(paint('0000000000')).toBe('0022000000');
  });

  it('minds each key alone', () => {
    start('0000000000');
    paint('1100000000', 1, 'a');
    paint('0110000000', 2, 'b');
    expect(paint('0001100000', 1, 'a')).toBe('0021100000');
    expect(paint('0000000000', 2, 'b')).toBe('0001100000');
  });
});
