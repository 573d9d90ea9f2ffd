import { expect, it } from 'vitest';
import { pictureNames } from '../src/picture-names.ts';

const names = (structures: readonly string[], reserved: readonly string[] = []) =>
  pictureNames(structures, reserved);

it('keeps letters and digits of any script, and no path', () => {
  expect(names(['Ascending aorta', '主動脈', 'Печень 2', 'जिगर', 'Aorta/../../x', ' kidney_left. '])).toEqual(
    ['ascending-aorta', '主動脈', 'печень-2', 'जिगर', 'aorta-x', 'kidney-left'],
  );
});

it.each([
  ['the same name', ['a b', 'A  b', 'a-b'], ['a-b', 'a-b-2', 'a-b-3']],
  ['a name that a number made', ['a', 'a', 'a 2'], ['a', 'a-2', 'a-2-2']],
  ['a reserved one', ['All structures', 'all structures'], ['all-structures-2', 'all-structures-3']],
  ['the same letters, put together otherwise', ['e\u0301', '\u00e9'], ['é', 'é-2']],
  ['two small letters of one capital', ['σ', 'ς'], ['σ', 'ς-2']],
  ['no letter at all', ['?', '!'], ['structure', 'structure-2']],
])('tells %s apart', (_, structures, expected) => {
  expect(names(structures, ['all-structures'])).toEqual(expected);
});

it('fits a file system, however long the structure is called', () => {
  const long = '𠀀'.repeat(300);
  const files = names([long, `${long}!`]).map((name) => `${name}.png`);
  expect(new Set(files).size).toBe(2);
  for (const file of files) expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
});
