import { readBytes } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { MODEL_METADATA_KEY, type ModelMetadata, parseMetadata, readModel } from '@clickseg/runtime';
import {
  addPreviousMask,
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

/** An exported model to go on from. */
export interface BaseModel {
  readonly bytes: Uint8Array;
  readonly metadata: ModelMetadata;
}

/** A model's bytes. @throws ClicksegError `invalid-file` where the path cannot be read, with the system's reason */
export function readModelBytes(path: string): Promise<Uint8Array> {
  return readBytes('model', path);
}

/**
 * @throws ClicksegError `invalid-file` for a path that cannot be read, `invalid-model` for a file that is no model, or
 *   one that does not describe itself
 */
export async function readBaseModel(path: string): Promise<BaseModel> {
  const bytes = await readModelBytes(path);
  const text = readModel(bytes).properties[MODEL_METADATA_KEY];
  if (text !== undefined) return { bytes, metadata: parseMetadata(text) };
  const why = `has no '${MODEL_METADATA_KEY}' metadata; write it with clickseg-model attach`;
  throw new ClicksegError('invalid-model', `${path} ${why}`);
}

/**
 * The model's network and weights, taken apart on what training will show it. It has as many input channels as the file; with
 * `previousMask` that one is added where the file has none.
 *
 * @param size - of the network that was exported
 */
export async function networkOf(
  { bytes }: BaseModel,
  size: UnetOptions,
  set: TrainingSet,
): Promise<{ readonly net: Unet; readonly weights: UnetWeights }> {
  const net = unet({ ...size, previousMask: readsPreviousMask(bytes) });
  const weights = await importWeights(net, bytes, { ort, inputs: await typicalInputs(set, bytes, { ort }) });
  return size.previousMask ? addPreviousMask({ net, weights }) : { net, weights };
}
