import { readBytes } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import {
  METADATA_DEFAULTS,
  MODEL_METADATA_KEY,
  type ModelMetadata,
  parseMetadata,
  readModel,
} from '@clickseg/runtime';
import {
  addPreviousMask,
  checkWeights,
  importWeights,
  readsPreviousMask,
  type TrainingSet,
  typicalInputs,
  type Unet,
  type UnetOptions,
  type UnetWeights,
  unet,
} from '@clickseg/train';
import * as ort from 'onnxruntime-node';
import { naming } from './naming.ts';

/** An exported model to go on from. */
export interface BaseModel {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly metadata: ModelMetadata;
}

/** A model's bytes. @throws ClicksegError `invalid-file` where the path cannot be read, with the system's reason */
export function readModelBytes(path: string): Promise<Uint8Array> {
  return readBytes('model', path);
}

// What only the smaller forms of a model have in their graphs: an operator, and the ending that `halfWeights` gives its constants.
const FORMS = [
  ['QuantizeLinear', 'an 8-bit form'],
  ['weight/f16', 'a float16 form'],
] as const;

/**
 * A model with weights in floats, to train on or to make smaller.
 *
 * @throws ClicksegError `invalid-file` for a path that cannot be read, `invalid-model` for a file that is no model, one that
 *   does not describe itself, or one whose weights are not floats
 */
export async function readBaseModel(path: string): Promise<BaseModel> {
  const bytes = await readModelBytes(path);
  const metadata = await naming(path, 'invalid-model', () => {
    const text = readModel(bytes).properties[MODEL_METADATA_KEY];
    return text === undefined ? undefined : parseMetadata(text);
  });
  if (!metadata) {
    const why = `has no '${MODEL_METADATA_KEY}' metadata; write it with clickseg-model attach`;
    throw new ClicksegError('invalid-model', `${path} ${why}`);
  }
  const form = FORMS.find(([mark]) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(mark),
  );
  if (form) {
    const why = `is ${form[1]}; name the float model that it was made from`;
    throw new ClicksegError('invalid-model', `${path} ${why}`);
  }
  return { path, bytes, metadata };
}

/**
 * That training, and a calibration, can show a model its clicks as the runtime does; any sigma, but one kernel.
 * @throws ClicksegError `invalid-model`
 */
export function checkKernel({ path, metadata: { kernel } }: Pick<BaseModel, 'path' | 'metadata'>): void {
  if (kernel === METADATA_DEFAULTS.kernel) return;
  const why = `is shown its clicks by the kernel '${kernel}', and training renders '${METADATA_DEFAULTS.kernel}' alone`;
  throw new ClicksegError('invalid-model', `${path} ${why}`);
}

/**
 * The network that a model is of, with as many input channels as the file.
 *
 * @param size - of the network that was exported
 * @param remedy - what can be done where that is not its size
 * @throws ClicksegError `invalid-model` where the file's tensors are not those, or its clicks are rendered otherwise than in training
 */
export async function netOf(base: BaseModel, size: UnetOptions, remedy?: string): Promise<Unet> {
  const { path, bytes } = base;
  checkKernel(base);
  const fitting = () => {
    const net = unet({ ...size, previousMask: readsPreviousMask(bytes) });
    checkWeights(net, bytes);
    return net;
  };
  return naming(path, 'invalid-model', fitting, remedy);
}

/**
 * The model's network and weights, taken apart on what training will show it, its clicks of the model's own sigma. It has as many input channels as the file; with
 * `previousMask` that one is added where the file has none.
 *
 * @param size - of the network that was exported
 */
export async function networkOf(
  base: BaseModel,
  size: UnetOptions,
  set: TrainingSet,
  threads?: number,
): Promise<{ readonly net: Unet; readonly weights: UnetWeights }> {
  const net = await netOf(base, size);
  const running = { ort, threads };
  const { sigma } = base.metadata;
  const inputs = await typicalInputs(set, base.bytes, { ...running, sigma });
  const weights = await importWeights(net, base.bytes, { ...running, inputs });
  return size.previousMask ? addPreviousMask({ net, weights }) : { net, weights };
}
