import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type DicomSlice, makePhantom, type PhantomStructure, readDicom } from '@clickseg/example-dataset';
import { makeOutFolder, readBytes } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { createSegmenter } from '@clickseg/runtime';
import { nodeBackend } from '@clickseg/runtime/node';
import { encode } from 'fast-png';
import { annotate } from './annotate.ts';
import { checkClicks, parseClicksFile } from './clicks-file.ts';
import { findImage } from './find-image.ts';
import { legendName } from './legend-name.ts';
import { openModel } from './open-model.ts';
import { type OverlayStructure, renderOverlay } from './overlay.ts';
import { pictureNames } from './picture-names.ts';
import { annotatorTables, imageTable } from './report.ts';
import { segmentClicks } from './segment-clicks.ts';

/** What the main job is given. */
export interface RunOptions {
  /** Clicks file. */
  readonly clicks: string;
  /** Folder for the overlays; made if need be. */
  readonly out: string;
  /** A model file instead of `@clickseg/model-ct`. */
  readonly model?: string;
  /** False leaves the simulated annotator out. Default true. */
  readonly annotator?: boolean;
  readonly print: (line: string) => void;
}

const SEED = 4242;
const ALL = 'all-structures';
const PHANTOM_STRUCTURES: readonly PhantomStructure[] = [
  'liver',
  'spleen',
  'kidney_right',
  'kidney_left',
  'stomach',
  'aorta',
  'autochthon_left',
];

/**
 * The main job: segments the structures of a clicks file, writes an overlay for each and one for all,
 * then lets the simulated annotator work on the phantom. Returns the paths it wrote.
 * @throws ClicksegError whatever is wrong with the clicks file, its image, the folder or the model
 */
export async function run({ clicks, out, model, annotator = true, print }: RunOptions): Promise<string[]> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readBytes('--clicks', clicks));
  const file = parseClicksFile(text, clicks);
  const path = findImage(file.image, clicks);
  let started = performance.now();
  const lap = () => {
    const ms = performance.now() - started;
    started = performance.now();
    return `${ms.toFixed(0)} ms`;
  };
  const slice = await readDicom(await readBytes(`${clicks}: its image`, path), { name: file.image });
  checkClicks(file, slice.image.shape, clicks);
  await makeOutFolder(out);
  const { spacing } = slice;
  print(`\n${file.title}`);
  print(`image      ${describeSlice(slice)}, read in ${lap()}`);
  const segmenter = await createSegmenter({ model: await openModel(model), backend: nodeBackend() });
  try {
    const { name, spacing: grid } = segmenter.metadata;
    print(`model      ${name}, works at ${grid} mm on ${segmenter.provider}, loaded in ${lap()}`);
    const result = await segmentClicks(segmenter, slice, file.structures);
    print(`prepared   once for all structures, in ${result.prepareMs.toFixed(0)} ms\n`);
    print(imageTable(result));
    started = performance.now();
    const drawn = result.structures.map(({ structure, prediction }, i) => ({
      caption: `${legendName(structure.name, i + 1)}  ${prediction.area.toFixed(0)} mm²`,
      colour: structure.colour,
      contours: prediction.contours,
      clicks: structure.clicks,
    }));
    const names = pictureNames(
      file.structures.map(({ name }) => name),
      [ALL],
    );
    const pictures = [
      ...drawn.map((one, i) => ({ name: names[i], structures: [one] })),
      // Of all structures at once only the foreground clicks: one's background is another's inside.
      { name: ALL, structures: drawn.map(withForegroundClicks) },
    ];
    const written = await draw(pictures, slice, file.window, out);
    print(`\noverlays   ${written.length} drawn and written in ${lap()}`);
    for (const at of written) print(`           ${at}`);
    if (!annotator) return written;
    const phantom = makePhantom({ seed: SEED });
    const [depth, height, width] = phantom.image.shape;
    print(`\nSimulated annotator (Sakinis et al., seed ${SEED}) on the abdominal CT phantom`);
    print(
      `phantom    ${depth} slices of ${width} x ${height}, ${phantom.image.spacing.x} mm, made in ${lap()}\n`,
    );
    const annotated = await annotate(segmenter, phantom, PHANTOM_STRUCTURES, SEED);
    print(annotatorTables(annotated));
    print(`\nHD largest, MAD average distance between the outlines (pooled). Annotated in ${lap()}.`);
    return written;
  } finally {
    await segmenter.dispose();
  }

  function describeSlice({ image, modality }: DicomSlice): string {
    const [h, w] = image.shape;
    return `${basename(path)}: ${modality} ${w} x ${h}, ${spacing.x.toFixed(3)} mm`;
  }
}

function withForegroundClicks(structure: OverlayStructure): OverlayStructure {
  return { ...structure, clicks: structure.clicks.filter(({ label }) => label === 'foreground') };
}

async function draw(
  pictures: readonly { readonly name: string; readonly structures: readonly OverlayStructure[] }[],
  { image, spacing }: DicomSlice,
  window: Parameters<typeof renderOverlay>[2]['window'],
  out: string,
): Promise<string[]> {
  const paths: string[] = [];
  for (const { name, structures } of pictures) {
    const { width, height, data } = renderOverlay(image, structures, { window, spacing });
    const path = join(out, `${name}.png`);
    await writePicture(path, encode({ width, height, data, channels: 3, depth: 8 }));
    paths.push(path);
  }
  return paths;
}

async function writePicture(path: string, png: Uint8Array): Promise<void> {
  try {
    await writeFile(path, png);
  } catch (cause) {
    throw new ClicksegError('invalid-option', `--out: ${(cause as Error).message}`, { cause });
  }
}
