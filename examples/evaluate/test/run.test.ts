import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePhantom, writeNifti } from '@clickseg/example-dataset';
import { ClicksegError } from '@clickseg/raster';
import { nodeBackend } from '@clickseg/runtime/node';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evaluateCommand } from '../src/commands/evaluate-command.ts';
import { EXIT } from '../src/commands/exit.ts';
import { mergeCommand } from '../src/commands/merge-command.ts';
import { replayCommand } from '../src/commands/replay-command.ts';
import { openRun } from '../src/run/open-run.ts';
import { recordRun } from '../src/run/record-run.ts';
import { checkSettings } from '../src/settings.ts';
import { scratchFolder, writePhantoms, writeTinyModel } from './support.ts';

let scratch: Awaited<ReturnType<typeof scratchFolder>>;
let data: string;
let model: string;
const quiet = () => vi.spyOn(console, 'error').mockImplementation(() => {});

beforeAll(async () => {
  quiet();
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  scratch = await scratchFolder();
  data = await writePhantoms(join(scratch.path, 'data'), 4);
  model = await writeTinyModel(join(scratch.path, 'tiny.onnx'));
}, 60_000);
afterAll(() => scratch.remove());

const options = (out: string, rest: Record<string, unknown> = {}) => ({
  data,
  // Refused where nothing would use it.
  model: /model|random/.test(String(rest['methods'] ?? 'model')) ? [model] : undefined,
  clicks: '1,3',
  limit: 10,
  unseen: 'phantom_closed',
  out: join(scratch.path, out),
  gallery: true,
  ...rest,
});

/** Every file of a report by name, in full. */
function reportOf(out: string): Record<string, string> {
  const folder = join(scratch.path, out, 'report');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  return Object.fromEntries(
    files
      .map((f) => [f.name, readFileSync(join(f.parentPath, f.name), 'utf8')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
const linesOf = (out: string, file = 'interactions.jsonl') =>
  readFileSync(join(scratch.path, out, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('an evaluation', () => {
  let whole: Record<string, string>;
  beforeAll(async () => {
    expect(await evaluateCommand(options('whole'))).toBe(EXIT.complete);
    whole = reportOf('whole');
  }, 120_000);

  it('records every structure under every method once, with clicks that can be replayed', () => {
    const records = linesOf('whole').filter((line) => 'method' in line);
    expect(records).toHaveLength(20 * 4);
    const keys = records.map((r) => `${r.image} ${r.slice} ${r.structure} ${r.method}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { clicks, dice, hausdorff } of records) {
      expect(clicks).toHaveLength(dice.length);
      expect(hausdorff).toHaveLength(2);
      expect(clicks[0][2]).toBe(1);
    }
  });

  it('starts every method on a structure with the same click', () => {
    const first = new Map<string, Set<string>>();
    for (const r of linesOf('whole').filter((line) => 'method' in line && !line.method.includes('random'))) {
      const key = `${r.image} ${r.slice} ${r.structure}`;
      first.set(key, (first.get(key) ?? new Set()).add(String(r.clicks[0])));
    }
    for (const clicks of first.values()) expect(clicks.size).toBe(1);
  });

  it('writes a page that needs nothing beside it, with the tables and figures of the paper', () => {
    const html = whole['report.html'];
    for (const words of [
      'Table II.',
      'Table III.',
      'Table IV.',
      'Fig. 4.',
      'Fig. 5.',
      'Fig. 6.',
      'Fig. 7.',
      'Fig. 8.',
      'NoC@90',
    ]) {
      expect(html).toContain(words);
    }
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html).not.toContain(scratch.path);
    expect(html).toContain('0.940');
  });

  it('shows pictures of the groups whose licence allows it, and says which it does not show', () => {
    const gallery = whole['report.html'].split('Best, median and worst')[1];
    // Best, worst, and the median after one click and after three.
    expect(gallery.match(/<image /g)).toHaveLength(4);
    expect(gallery).toContain('Not shown, for want of a licence that allows it: phantom_closed');
    expect(
      gallery
        .split('<figcaption>')
        .slice(1, 5)
        .every((caption) => /Dice 0\.\d+ after [13] clicks?<.*phantom_[02]/.test(caption)),
    ).toBe(true);
  });

  it('gives the same scores when recorded clicks are made again, and says so where they are others', async () => {
    const machine = { data, model: [model] };
    const said = vi.spyOn(console, 'error').mockClear();
    expect(await replayCommand([join(scratch.path, 'whole')], machine)).toBe(EXIT.complete);
    expect(said).toHaveBeenLastCalledWith('80 of 80 records replayed, 0 with other scores');
    expect(await replayCommand([join(scratch.path, 'whole')], { ...machine, sample: 5 })).toBe(EXIT.complete);
    expect(said).toHaveBeenLastCalledWith('5 of 80 records replayed, 0 with other scores');
    // One click moved: a score that the recorded one is not.
    const [header, ...lines] = linesOf('whole');
    const record = lines.find((line) => line.method === 'disk 10 mm');
    record.clicks[0][0] += 3;
    const path = join(scratch.path, 'moved.jsonl');
    writeFileSync(path, `${[header, record].map((line) => JSON.stringify(line)).join('\n')}\n`);
    expect(await replayCommand([path], machine)).toBe(EXIT.incomplete);
    expect(said.mock.calls.flat().join()).toMatch(/disk 10 mm: Dice 0\.\d+ after click 1, recorded 0\.\d+/);
  });

  it('does not draw pictures of one run with the model of another', async () => {
    const other = await writeTinyModel(join(scratch.path, 'other.onnx'), 'other');
    await expect(
      mergeCommand([join(scratch.path, 'whole')], options('whole', { model: [other] })),
    ).rejects.toThrow(/not those of run/);
  });

  it('gives the same report from shards, byte for byte', async () => {
    for (const i of [3, 1, 2])
      expect(await evaluateCommand(options('shards', { shard: `${i}/3` }))).toBe(EXIT.complete);
    const files = readdirSync(join(scratch.path, 'shards'));
    expect(files).toHaveLength(3);
    expect(await mergeCommand([join(scratch.path, 'shards')], options('shards'))).toBe(EXIT.complete);
    expect(reportOf('shards')).toEqual(whole);
  });

  it('says which parts are missing where a shard is', async () => {
    await evaluateCommand(options('half', { shard: '1/2' }));
    expect(await mergeCommand([join(scratch.path, 'half')], options('half'))).toBe(EXIT.incomplete);
    expect(reportOf('half')['report.md']).toContain('not finished: 2 of 4 parts of the run');
  });

  it('goes on after a kill and loses nothing that was finished', async () => {
    const shard = { shard: '1/1' };
    await evaluateCommand(options('killed', shard));
    const path = join(scratch.path, 'killed', 'interactions-1-of-1.jsonl');
    const text = readFileSync(path, 'utf8');
    // As a kill leaves it: in the middle of a chunk, in the middle of a line.
    const cut = text.indexOf('\n', text.length * 0.4) + 40;
    truncateSync(path, cut);
    await expect(evaluateCommand(options('killed', shard))).rejects.toThrow(/--resume/);
    expect(await evaluateCommand(options('killed', { ...shard, resume: true }))).toBe(EXIT.complete);
    expect(await mergeCommand([join(scratch.path, 'killed')], options('killed'))).toBe(EXIT.complete);
    expect(readFileSync(path, 'utf8').startsWith(text.slice(0, cut - 40))).toBe(true);
    expect(reportOf('killed')).toEqual(whole);
  });

  it('does not mix runs of different settings', async () => {
    await expect(evaluateCommand(options('whole', { resume: true, seed: 1 }))).rejects.toThrow(
      /they differ in seed 4242 and 1$/,
    );
  });
});

describe('the data of a run', () => {
  const pairs = (folder: string, spoil: (label: Float32Array) => void = () => {}) => {
    const path = join(scratch.path, folder);
    mkdirSync(path);
    const { image, label } = makePhantom({ seed: 5, shape: [2, 40, 48], spacing: { x: 8, y: 8, z: 20 } });
    const values = Float32Array.from(label.data);
    spoil(values);
    writeFileSync(join(path, 'a_img.nii'), writeNifti(image));
    writeFileSync(join(path, 'a_lab.nii'), writeNifti({ ...label, data: values }));
    return path;
  };
  const fast = { methods: 'disk', gallery: false, unseen: undefined };

  it('are the same elsewhere, and others once a label map is changed', async () => {
    const first = pairs('first');
    const run = (folder: string) =>
      evaluateCommand(options('moved', { ...fast, data: folder, shard: '1/1', resume: true }));
    expect(await run(first)).toBe(EXIT.complete);
    const second = join(scratch.path, 'second');
    renameSync(first, second);
    const before = readFileSync(join(scratch.path, 'moved', 'interactions-1-of-1.jsonl'), 'utf8');
    expect(await run(second)).toBe(EXIT.complete);
    expect(readFileSync(join(scratch.path, 'moved', 'interactions-1-of-1.jsonl'), 'utf8')).toBe(before);
    expect(await replayCommand([join(scratch.path, 'moved')], { data: second })).toBe(EXIT.complete);
    // A voxel of background, so that no structure gains or loses a slice.
    const path = join(second, 'a_lab.nii');
    const bytes = readFileSync(path);
    const label = new Float32Array(bytes.buffer.slice(bytes.byteOffset + 352));
    label[label.findIndex((id, i) => id === 5 && label[i + 1] === 5)] = 0;
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 352), new Uint8Array(label.buffer)]));
    const words = /they differ in the data: which cases there are, their images or their label maps$/;
    await expect(run(second)).rejects.toThrow(words);
    await expect(replayCommand([join(scratch.path, 'moved')], { data: second })).rejects.toThrow(
      /differ in the data/,
    );
  });

  it('may have one image id in two groups: they are two images', async () => {
    const twins = await writePhantoms(join(scratch.path, 'twins'), 2, (entries) => {
      for (const [i, entry] of entries.entries()) entries[i] = { ...entry, case: '001', dataset: undefined };
    });
    const given = options('twins-out', { data: twins, methods: 'disk,grow', limit: undefined });
    expect(await evaluateCommand(given)).toBe(EXIT.complete);
    const records = linesOf('twins-out').filter((line) => 'method' in line);
    expect(new Set(records.map(({ group }) => group)).size).toBe(2);
    const { about } = linesOf('twins-out')[0];
    expect(records).toHaveLength(2 * about.structures);
    expect(reportOf('twins-out')['report.md']).toContain(`interactions recorded: ${records.length}`);
    expect(await replayCommand([join(scratch.path, 'twins-out')], { data: twins })).toBe(EXIT.complete);
    // Of no source but a licence.
    expect(reportOf('twins-out')['report.html']).toContain('<p class="note">CC BY 4.0</p>');
  });

  it('have the spacing that their index states, and no mm where it states none', async () => {
    const { image, label } = makePhantom({ seed: 5, shape: [1, 40, 48], spacing: { x: 8, y: 8, z: 20 } });
    const of = async (name: string, spacing: [number, number] | null) => {
      const folder = join(scratch.path, name);
      mkdirSync(folder);
      const grey = (value: (i: number) => number) =>
        encode({
          width: 48,
          height: 40,
          channels: 1,
          depth: 8,
          data: Uint8Array.from({ length: 40 * 48 }, (_, i) => value(i)),
        });
      writeFileSync(
        join(folder, 'a_img.png'),
        grey((i) => (image.data[i] + 1100) / 10),
      );
      writeFileSync(
        join(folder, 'a_lab.png'),
        grey((i) => label.data[i]),
      );
      const entry = {
        case: 'a',
        split: 'val',
        group: 'g',
        patient: 'p',
        kind: '2d',
        modality: 'CT',
        spacing,
      };
      const files = { image: 'a_img.png', label: 'a_lab.png', shape: [40, 48], labels: { liver: { id: 5 } } };
      writeFileSync(join(folder, 'index.json'), JSON.stringify([{ ...entry, ...files }]));
      const given = { data: folder, methods: 'grow', clicks: '1', gallery: false, unseen: undefined };
      expect(await evaluateCommand(options(`${name}-out`, given))).toBe(EXIT.complete);
      const record = linesOf(`${name}-out`).find((line) => 'method' in line);
      return { record, report: reportOf(`${name}-out`) };
    };
    // What grows from one click, and the click, know of no mm.
    const [unknown, one, three] = [
      await of('png', null),
      await of('png-1', [1, 1]),
      await of('png-3', [3, 3]),
    ];
    expect(three.record.clicks).toEqual(one.record.clicks);
    expect(three.record.hausdorff[0]).toBeCloseTo(3 * one.record.hausdorff[0], 3);
    expect(unknown.record.hausdorff).toEqual(one.record.hausdorff);
    expect(three.report['data.csv']).toMatch(/^g,1,\d+,known,/m);
    const words = 'The spacing of g is not known: its distances are in pixels';
    // All structures, both Tables IV, scores and patients; Figs. 5, 6 and 8.
    expect(unknown.report['report.md'].split(words)).toHaveLength(1 + 4 + 3);
    expect(unknown.report['report.html'].split(words)).toHaveLength(1 + 5 + 3);
    expect(one.report['report.html']).not.toContain(words);
  });

  it('are refused where a label map holds no ids, and nothing is made of its values', async () => {
    for (const [value, words] of [
      [0.5, '0.5'],
      [-1, '-1'],
      [Number.NaN, 'NaN'],
    ] as const) {
      const data = pairs(`value ${words}`, (label) => label.fill(value, 60, 61));
      const said = vi.spyOn(console, 'error').mockClear();
      expect(await evaluateCommand(options(`out ${words}`, { ...fast, data }))).toBe(EXIT.failed);
      expect(said.mock.lastCall?.[0]).toContain(
        `no interaction is recorded: left out: 1 whole image (how many structures is not known), the first a: a_lab.nii: slice 0 holds ${words}`,
      );
      expect(reportOf(`out ${words}`)['left-out.csv']).toContain(
        `images,a,not known,"a_lab.nii: slice 0 holds ${words}, which is no id`,
      );
    }
  });

  it('are told apart where methods did not answer the same of them', async () => {
    const { image } = makePhantom({ seed: 100, shape: [2, 40, 48], spacing: { x: 8, y: 8, z: 20 } });
    const data = await writePhantoms(join(scratch.path, 'uneven'), 2, (entries) => {
      // One slice of one patient is no numbers: the network answers NaN, the disk does not look.
      const holes = Float32Array.from(image.data).fill(Number.NaN, 0, 40 * 48);
      const path = join(scratch.path, 'uneven', entries[0].image);
      writeFileSync(path, writeNifti({ ...image, data: holes }));
    });
    const given = options('uneven-out', { data, methods: 'model,disk', limit: undefined, gallery: false });
    expect(await evaluateCommand(given)).toBe(EXIT.incomplete);
    const records = linesOf('uneven-out').filter((line) => 'method' in line);
    const of = (method: string) => records.filter((r) => r.method === method).length;
    const [model, disk] = [of('tiny'), of('disk 10 mm')];
    expect(model).toBeLessThan(disk);
    const report = reportOf('uneven-out');
    const words = `did not answer the same structures on slices (tiny ${model}; disk 10 mm ${disk})`;
    // All structures, Tables II to IV, scores, NoC; the curves and Figs. 4 to 6.
    expect(report['report.md'].split(words)).toHaveLength(1 + 6 + 4);
    expect(report['report.md']).toMatch(new RegExp(`\\| tiny \\| ${model} \\|`));
    expect(report['report.md']).toMatch(new RegExp(`\\| disk 10 mm \\| ${disk} \\|`));
    expect(report['overview.csv']).toMatch(new RegExp(`tiny,${model},.*\r\ndisk 10 mm,${disk},`));
    expect(report['data.csv']).toMatch(/phantom_open,1,\d+ to \d+,/);
    expect(report['report.md']).toContain(`| structures on slices | ${disk} asked for;`);
  });
});

describe('what cannot be evaluated', () => {
  it('is listed with its reason, the rest goes on, and the exit code says so', async () => {
    const spoilt = await writePhantoms(join(scratch.path, 'spoilt'), 6, (entries) => {
      const at = (name: string) => join(scratch.path, 'spoilt', name);
      unlinkSync(at(entries[0].label));
      writeFileSync(at(entries[1].image), readFileSync(at(entries[1].image)).subarray(0, 3000));
      const label = readFileSync(at(entries[2].label));
      writeFileSync(at(entries[2].label), label.fill(0, 352));
      // The header's second axis: 40 -> 20, and half the voxels.
      const short = Buffer.from(readFileSync(at(entries[3].label)).subarray(0, 352 + 48 * 20 * 2));
      short.writeInt16LE(20, 44);
      writeFileSync(at(entries[3].label), short);
      entries[4].labels = { ...(entries[4].labels as object), spleen: { id: 1, slices: 9 } };
    });
    const given = { data: spoilt, limit: undefined, methods: 'disk', gallery: false };
    const code = await evaluateCommand(options('spoilt-out', given));
    expect(code).toBe(EXIT.incomplete);
    const { 'left-out.csv': csv } = reportOf('spoilt-out');
    expect(csv).toMatch(/phantom_0,\d+,"?phantom_0_lab.nii: cannot be opened/);
    expect(csv).toMatch(/phantom_1,\d+,"?phantom_1_img.nii: /);
    expect(csv).toMatch(/phantom_2,\d+,its label map is empty/);
    expect(csv).toMatch(
      /phantom_3,\d+,"?phantom_3: image \[2,40,48\] and label map \[2,20,48\] differ in shape/,
    );
    expect(csv).toMatch(/phantom_4,7,"?the label map has it on 2 slices, fewer than the index says/);
    expect(csv).not.toContain(scratch.path);
    expect(linesOf('spoilt-out').some((line) => line.image === 'phantom_5')).toBe(true);
  });

  it('is no image of a folder that went away: the run ends, and --resume goes on', async () => {
    const folder = await writePhantoms(join(scratch.path, 'mounted'), 3, (entries) => {
      // Not there from the start: what cannot be read then is left out.
      unlinkSync(join(scratch.path, 'mounted', entries[1].label));
    });
    const machine = { data: folder, models: [], inference: { backend: nodeBackend() } };
    const settings = checkSettings({ methods: ['disk'], clicks: [1], split: 'val' });
    const record = async (out: string, resume: boolean, away: boolean) => {
      const run = await openRun(settings, machine);
      if (away) renameSync(folder, `${folder} away`);
      return recordRun(run, { out: join(scratch.path, out), resume }).finally(() => {
        if (away) renameSync(`${folder} away`, folder);
      });
    };
    await expect(record('unmounted', false, true)).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-file',
        message: expect.stringMatching(
          /^evaluate: phantom_0 can no longer be read as it was listed: .*ENOENT.*--resume goes on$/s,
        ),
      }),
    );
    // Nothing but what the run is.
    expect(linesOf('unmounted')).toHaveLength(1);
    await record('unmounted', true, false);
    await record('steady', false, false);
    const timeless = (out: string) => linesOf(out).map((line) => ({ ...line, ms: 0 }));
    expect(timeless('unmounted')).toEqual(timeless('steady'));
    const leftOut = linesOf('steady').filter((line) => 'leftOut' in line);
    expect(leftOut.map((line) => line.leftOut.image)).toEqual(['phantom_1']);
  });

  it('is no image that the system refused for a moment', async () => {
    const data = await writePhantoms(join(scratch.path, 'moment'), 1);
    const machine = { data, models: [], inference: { backend: nodeBackend() } };
    const run = await openRun(checkSettings({ methods: ['disk'], clicks: [1], split: 'val' }), machine);
    let times = 0;
    const load: typeof run.context.load = async (entry) => {
      if (times++ > 0) return run.context.load(entry);
      const cause = Object.assign(new Error('EMFILE'), { code: 'EMFILE', syscall: 'open' });
      throw new ClicksegError('invalid-file', 'cannot be opened', { cause });
    };
    await recordRun({ ...run, context: { ...run.context, load } }, { out: join(scratch.path, 'moment-out') });
    const lines = linesOf('moment-out');
    expect(lines.filter((line) => 'method' in line)).toHaveLength(run.catalogue.structures);
    expect(times).toBe(2);
  });

  it('is also what an index and its label map do not agree on', async () => {
    type Labels = Record<string, { id: number; slices?: number }>;
    const data = await writePhantoms(join(scratch.path, 'apart'), 2, (entries) => {
      // One slice of two, of a structure that is on both.
      const liver = (entries[0].labels as Labels)['liver'];
      expect(liver.slices).toBe(2);
      entries[0].labels = { ...(entries[0].labels as Labels), liver: { ...liver, slices: 1 } };
      // Without counts the label map tells what there is; the index has a name for what is not.
      const labels = Object.entries(entries[1].labels as Labels).map(([name, { id }]) => [name, { id }]);
      entries[1].labels = { ...Object.fromEntries(labels), wishbone: { id: 99 } };
    });
    const given = options('apart-out', { data, limit: undefined, methods: 'disk', gallery: false });
    expect(await evaluateCommand(given)).toBe(EXIT.incomplete);
    const { 'left-out.csv': csv } = reportOf('apart-out');
    expect(csv).toMatch(/phantom_0,1,"?the label map has it on 2 slices, more than the index says/);
    expect(csv).toMatch(
      /phantom_1,not known,"?the index names wishbone with the id 99, which the label map does not hold/,
    );
    expect(csv.trim().split('\r\n')).toHaveLength(3);
  });

  it('is no fault where the settings asked for it', async () => {
    const code = await evaluateCommand(options('large', { minArea: 30, methods: 'disk', gallery: false }));
    expect(code).toBe(EXIT.complete);
    expect(reportOf('large')['left-out.csv']).toMatch(/smaller than --min-area 30/);
  });

  it('is one where nothing at all is left, with what left it out', async () => {
    const said = vi.spyOn(console, 'error').mockClear();
    const given = { minArea: 99999, methods: 'disk', gallery: false };
    expect(await evaluateCommand(options('nothing', given))).toBe(EXIT.failed);
    // Of each of the two groups as many as the limit draws.
    expect(said).toHaveBeenLastCalledWith(
      'evaluate: no interaction is recorded: 20 structures on slices are smaller than --min-area 99999',
    );
    const none = await writePhantoms(join(scratch.path, 'none'), 2, (entries) => {
      for (const [i, entry] of entries.entries()) entries[i] = { ...entry, labels: {} };
    });
    expect(await evaluateCommand(options('none-out', { ...given, data: none }))).toBe(EXIT.failed);
    expect(said).toHaveBeenLastCalledWith(
      'evaluate: no interaction is recorded: there is no structure in split val',
    );
  });

  it('ends the run at once where there is nothing to begin with', async () => {
    await expect(evaluateCommand(options('x', { data: join(scratch.path, 'nowhere') }))).rejects.toThrow(
      /nowhere/,
    );
    await expect(evaluateCommand(options('x', { split: 'test' }))).rejects.toThrow(/split 'test'/);
    await expect(evaluateCommand(options('x', { model: ['@no/such'] }))).rejects.toThrow(/@no\/such/);
    for (const clicks of ['5,2', '1,,2', '0x2,1e1', '1,2,', ''])
      await expect(evaluateCommand(options('x', { clicks }))).rejects.toThrow(
        /--clicks .* must be whole numbers/,
      );
    for (const given of [{ model: ['m.onnx'] }, { model: undefined, remote: 'http://m.onnx' }])
      await expect(evaluateCommand(options('x', { ...given, methods: 'disk,grow' }))).rejects.toThrow(
        /^evaluate: --(model|remote) .*m\.onnx is of no use to --methods disk,grow/,
      );
    await expect(evaluateCommand(options('x', { shard: '3/2' }))).rejects.toThrow(/3\/2/);
    await expect(evaluateCommand(options('x', { groups: 'phantom_open,livr' }))).rejects.toThrow(
      /--groups livr is none of phantom_closed, phantom_open$/,
    );
    await expect(evaluateCommand(options('x', { unseen: 'livr' }))).rejects.toThrow(
      /--unseen livr is none of phantom_closed, phantom_open$/,
    );
    expect(existsSync(join(scratch.path, 'x'))).toBe(false);
  });

  it('is refused where a file holds records of another run, or two that disagree', async () => {
    await evaluateCommand(options('one', { methods: 'disk', shard: '1/1' }));
    await evaluateCommand(options('other', { methods: 'disk', shard: '1/1', seed: 7 }));
    const places = ['one', 'other'].map((name) => join(scratch.path, name));
    await expect(mergeCommand(places, options('mixed', { gallery: false }))).rejects.toThrow(/of run/);
    const path = join(scratch.path, 'one', 'interactions-1-of-1.jsonl');
    const record = linesOf('one', 'interactions-1-of-1.jsonl').find((line) => 'method' in line);
    appendFileSync(path, `${JSON.stringify(record)}\n`);
    expect(await mergeCommand([path], options('twice', { gallery: false }))).toBe(EXIT.complete);
    expect(reportOf('twice')['report.md']).toContain('interactions recorded: 20');
    appendFileSync(path, `${JSON.stringify({ ...record, dice: record.dice.map(() => 0.5) })}\n`);
    await expect(mergeCommand([path], options('torn', { gallery: false }))).rejects.toThrow(/disagrees/);
  });
});
