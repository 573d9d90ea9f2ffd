import { describe, expect, it } from 'vitest';
import { cutMiddle, linesOf, nameInLines, shownAs } from '../src/figures/names.ts';

const LONG = 'a very long model name of a student run 2026-11-2';

describe('names in figures', () => {
  it('lose their middle, so that those which differ at their ends still do', () => {
    expect(cutMiddle('spleen', 6)).toBe('spleen');
    expect(cutMiddle('abcdefgh', 5)).toBe('ab…gh');
    expect(cutMiddle('abcdefgh', 6)).toBe('abc…gh');
    expect(cutMiddle(`${LONG}6`, 20)).not.toBe(cutMiddle(`${LONG}7`, 20));
    // No half of a letter that is two units long.
    expect(cutMiddle('𝔸𝔹ℂ𝔻𝔼𝔽', 3)).toBe('𝔸…𝔽');
  });

  it('go on in a second line after a comma, and where they are long at spaces', () => {
    expect(linesOf('clickseg-ct, random clicks', 20)).toEqual(['clickseg-ct', 'random clicks']);
    expect(linesOf('clickseg-ct, random clicks', 10)).toEqual(['click…g-ct', 'random', 'clicks']);
  });

  it.each([8, 14, 21, 60])('fit into four lines of %i letters, first and last letter kept', (most) => {
    for (const name of [
      'disk 10 mm',
      `${LONG}6`,
      `${LONG}6, random clicks`,
      'x'.repeat(200),
      'a b c d e f g h i j k l',
    ]) {
      const lines = nameInLines(name, most, 4);
      expect(lines.length).toBeLessThanOrEqual(4);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(most);
      expect([lines[0][0], lines[lines.length - 1].slice(-1)]).toEqual([name[0], name.slice(-1)]);
    }
  });

  it('that are short stand in full', () => {
    expect(nameInLines('clickseg-ct, random clicks', 19, 4)).toEqual(['clickseg-ct', 'random clicks']);
    expect(nameInLines('disk 10 mm', 19, 4)).toEqual(['disk 10 mm']);
  });

  it('of two models that differ at the end of their own names differ where they are cut', () => {
    const [six, seven] = [6, 7].map((n) => nameInLines(`${LONG}${n}, random clicks`, 12, 4));
    expect(six).not.toEqual(seven);
    expect(six.slice(-2)).toEqual(['random', 'clicks']);
  });

  it('are shown by an expression, whatever is in them', () => {
    const names = ['a"b', "it's", '\\', 'line'];
    const of = new Function('datum', `return ${shownAs(names, (name) => name.toUpperCase())}`);
    for (const label of names) expect(of({ label })).toBe(label.toUpperCase());
  });
});
