import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkClicks, parseClicksFile } from '../src/clicks-file.ts';

const good = () => ({
  title: 'A slice',
  image: 'slice.dcm',
  window: { centre: 40, width: 400 },
  structures: [{ name: 'Aorta', colour: '#ff5964', clicks: [{ x: 3, y: 2.5, label: 'foreground' }] }],
});
type Loose = Record<string, unknown>;
const parse = (file: unknown) => parseClicksFile(JSON.stringify(file), 'clicks.json');

describe('clicks file', () => {
  it('gives back what stands in it', () => {
    expect(parse(good())).toEqual(good());
  });

  it('is read with a byte order mark, too', () => {
    expect(parseClicksFile(`\uFEFF${JSON.stringify(good())}`, 'clicks.json')).toEqual(good());
  });

  it('the chest file that npm start opens is whole and its clicks lie in the 512 x 512 slice', () => {
    const text = readFileSync(new URL('../clicks/chest.json', import.meta.url), 'utf8');
    const file = parseClicksFile(text, 'chest.json');
    expect(file.structures.length).toBeGreaterThanOrEqual(3);
    expect(() => checkClicks(file, [512, 512], 'chest.json')).not.toThrow();
  });

  it.each<[string, (file: Loose) => void, RegExp]>([
    ['no window', (f) => delete f['window'], /clicks\.json: window: expected an object, got undefined/],
    ['no structures', (f) => (f['structures'] = []), /structures: expected a list/],
    ['a window without width', (f) => ((f['window'] as Loose)['width'] = 0), /window\.width.*got 0/],
    ['an empty title', (f) => (f['title'] = ''), /title: expected a text/],
  ])('refuses %s, and says where', (_, spoil, message) => {
    const file = good();
    spoil(file as unknown as Loose);
    expect(() => parse(file)).toThrow(message);
  });

  it.each<[string, Loose, RegExp]>([
    ['a colour word', { colour: 'red' }, /structures\[0\]\.colour.*"red"/],
    ['no clicks', { clicks: [] }, /structures\[0\]\.clicks/],
    ['an unknown label', { clicks: [{ x: 1, y: 1, label: 'inside' }] }, /clicks\[0\]\.label.*"inside"/],
    ['a click without y', { clicks: [{ x: 1, label: 'foreground' }] }, /clicks\[0\]\.y.*undefined/],
    ['background clicks alone', { clicks: [{ x: 1, y: 1, label: 'background' }] }, /expected a foreground/],
  ])('refuses a structure with %s, and says where', (_, change, message) => {
    const file = good();
    Object.assign(file.structures[0], change);
    expect(() => parse(file)).toThrow(message);
  });

  it('refuses text that is not JSON as an invalid file', () => {
    expect(() => parseClicksFile('{', 'clicks.json')).toThrow(
      expect.objectContaining({
        code: 'invalid-file',
        message: expect.stringMatching(/^clicks\.json: not JSON/),
      }),
    );
  });

  it('names the structure and the click that lies outside the image', () => {
    const file = parse(good());
    expect(() => checkClicks(file, [3, 3], 'clicks.json')).toThrow(
      expect.objectContaining({
        code: 'invalid-point',
        message: expect.stringMatching(/click 1 of "Aorta" at \(3, 2\.5\).*3 x 3/),
      }),
    );
    expect(() => checkClicks(file, [4, 4], 'clicks.json')).not.toThrow();
  });
});
