import type { PlacedClick } from '@clickseg/guidance';
import { ClicksegError, describe, isClicksegError } from '@clickseg/raster';
import { checkClick } from './clicks.ts';
import type { State } from './history.ts';
import { checkRuns } from './locks.ts';
import type { ModelMetadata } from './metadata.ts';
import type { PreparedImage } from './preprocess.ts';

/** An interaction as plain JSON: enough to get the identical mask from the same image and model. */
export interface InteractionJson {
  readonly format: 'clickseg-interaction';
  readonly version: 1;
  readonly model: { readonly name: string; readonly version: string };
  /** What the answer depends on besides the pixels themselves, which are not kept. */
  readonly image: {
    readonly shape: readonly [number, number];
    /** mm `[row, column]`, null where the image was opened without. */
    readonly spacing: readonly number[] | null;
    readonly hounsfield: boolean;
  };
  readonly clicks: readonly PlacedClick[];
  /** Run lengths `[value, count, ...]`: 0 free, 1 locked outside, 2 locked inside. */
  readonly locked?: readonly number[];
}

/** How a saved interaction is taken up. */
export interface FromJsonOptions {
  /**
   * Takes the clicks of another model, or of another version of this one, which may answer them with another mask.
   * Default false: refused.
   */
  readonly otherModel?: boolean;
}

// A spacing in mm passes through 32-bit floats and rounded decimals on its way between programs.
const SPACING_TOLERANCE = 1e-4;

// Clicks added later count on from the largest; there must be room above it.
const LARGEST_ID = 2 ** 40;

/** What an interaction stands on. */
export interface InteractionContext {
  readonly metadata: ModelMetadata;
  readonly image: PreparedImage;
  /** mm `[row, column]` */
  readonly spacing: readonly number[] | undefined;
}

/** Writes a state down. */
export function writeJson(state: State, { metadata, image, spacing }: InteractionContext): InteractionJson {
  const { name, version } = metadata;
  return {
    format: 'clickseg-interaction',
    version: 1,
    model: { name, version },
    image: { shape: image.grid.image, spacing: spacing ? [...spacing] : null, hounsfield: image.hounsfield },
    clicks: state.clicks,
    ...(state.locks && { locked: [...state.locks] }),
  };
}

/**
 * Reads a state back, refusing what would give another mask.
 *
 * @throws ClicksegError `invalid-file` for what is no such JSON, or was made with another model (without
 * `otherModel`), spacing or reading of the intensities; `shape-mismatch` for an image of another size;
 * `invalid-point` for a bad click
 */
export function readJson(
  source: InteractionJson | string,
  context: InteractionContext,
  options: FromJsonOptions,
): State {
  try {
    return read(typeof source === 'string' ? JSON.parse(source) : source, context, options);
  } catch (cause) {
    if (isClicksegError(cause)) throw cause;
    // It is no JSON, or a field of it is an object that cannot be shown, such as `{ toString: 1 }`.
    throw new ClicksegError('invalid-file', `fromJSON: ${cause}`, { cause });
  }
}

function read(json: InteractionJson, context: InteractionContext, { otherModel }: FromJsonOptions): State {
  if (json?.format !== 'clickseg-interaction' || json.version !== 1) {
    refuse(
      `format ${describe(json?.format)} version ${describe(json?.version)} is not clickseg-interaction 1`,
    );
  }
  const { model, image, clicks, locked } = json;
  const { metadata, spacing } = context;
  const shape = context.image.grid.image;
  if (!Array.isArray(clicks) || !Array.isArray(image?.shape)) refuse('clicks or image.shape are missing');
  const [made, here] = [`${model?.name} ${model?.version}`, `${metadata.name} ${metadata.version}`];
  if (made !== here && !otherModel) refuse(`it is for the model ${made}, not ${here}; see otherModel`);
  if (`${image.shape}` !== `${shape}`) {
    throw new ClicksegError(
      'shape-mismatch',
      `fromJSON: it is for an image [${image.shape}], not [${shape}]`,
    );
  }
  const theirs = image.spacing ?? undefined;
  const near = (mm: number, i: number) => Math.abs(mm - Number(theirs?.[i])) <= SPACING_TOLERANCE * mm;
  if (spacing ? !spacing.every(near) : theirs) {
    refuse(`it is for a spacing of ${theirs ?? 'none'}, not ${spacing ?? 'none'}`);
  }
  const { hounsfield } = context.image;
  if (image.hounsfield !== hounsfield) refuse(`it is for hounsfield ${image.hounsfield}, not ${hounsfield}`);
  if (locked !== undefined && !Array.isArray(locked)) refuse(`locked ${describe(locked)}`);
  const ids = new Set<number>();
  const placed = (clicks as readonly PlacedClick[]).map((click) => {
    checkClick(click, shape);
    const { id, x, y, label } = click;
    if (!(Number.isSafeInteger(id) && id > 0 && id <= LARGEST_ID) || ids.has(id)) {
      refuse(`click id ${describe(id)}`);
    }
    ids.add(id);
    return { id, x, y, label };
  });
  if (locked) checkRuns(locked, shape[0] * shape[1]);
  return { clicks: placed, ...(locked && { locks: [...locked] }) };
}

function refuse(why: string): never {
  throw new ClicksegError('invalid-file', `fromJSON: ${why}`);
}
