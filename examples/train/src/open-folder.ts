import { type DatasetCase, type LabelledCase, loadFolder } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';

/**
 * The labelled images of any folder that `loadFolder` understands, each opened once, so that what is missing or does
 * not fit is told before hours of training, all of it at once.
 *
 * @param split - of an `index.json`; all of them where not given
 * @throws ClicksegError `invalid-file`, naming every case that cannot be used
 */
export async function openFolder(folder: string, split?: string): Promise<DatasetCase[]> {
  const cases: DatasetCase[] = [];
  const wrong: string[] = [];
  for (const entry of loadFolder(folder, { split })) {
    try {
      cases.push(await open(entry));
    } catch (error) {
      wrong.push(`  ${entry.case}: ${(error as Error).message}`);
    }
  }
  if (wrong.length > 0) {
    const shown = [...wrong.slice(0, 10), ...(wrong.length > 10 ? [`  and ${wrong.length - 10} more`] : [])];
    const of = wrong.length + cases.length;
    throw new ClicksegError(
      'invalid-file',
      `${folder}: ${wrong.length} of ${of} cases cannot be used\n${shown.join('\n')}`,
    );
  }
  return cases;
}

async function open(entry: LabelledCase & Partial<DatasetCase>): Promise<DatasetCase> {
  const { image, label } = await entry.load();
  if (!label.data.some((id) => id !== 0)) {
    throw new ClicksegError('invalid-file', 'its label map is empty: no structure to learn');
  }
  if (label.data.some((id) => !Number.isInteger(id) || id < 0 || id > 255)) {
    throw new ClicksegError('invalid-file', 'its label map holds values that are no ids from 0 to 255');
  }
  return {
    ...entry,
    split: entry.split ?? '',
    kind: entry.kind ?? (image.shape[0] === 1 ? '2d' : '3d'),
    modality: entry.modality ?? '',
    shape: entry.shape ?? image.shape,
    // A PNG knows no spacing, its index does.
    spacing: entry.spacing ?? image.spacing,
    load: entry.load,
  };
}
