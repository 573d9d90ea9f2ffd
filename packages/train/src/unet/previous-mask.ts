import { type ModelFile, readModelFile } from '../onnx/model-file.ts';
import { inputChannels } from './channels.ts';
import { type Unet, type UnetWeights, unet } from './unet.ts';

/**
 * A network with the mask before the newest click as a further input, to go on training from: the new weights are 0 at
 * first, so that it answers as before, whatever the mask. One that reads the mask already is returned as it is.
 */
export function addPreviousMask({ net, weights }: { readonly net: Unet; readonly weights: UnetWeights }): {
  readonly net: Unet;
  readonly weights: UnetWeights;
} {
  if (net.previousMask) return { net, weights };
  const to = unet({ ...net, previousMask: true });
  const parameters = new Float32Array(to.layout.parameterCount);
  for (const [i, { offset, size, shape }] of net.layout.parameters.entries()) {
    const parameter = to.layout.parameters[i];
    // The mask is the last of the channels: where a filter reads one more, its new weights are at its end.
    const [before, after] = [size / shape[0], parameter.size / shape[0]];
    for (let out = 0; out < shape[0]; out++) {
      const filter = weights.parameters.subarray(offset + out * before, offset + (out + 1) * before);
      parameters.set(filter, parameter.offset + out * after);
    }
  }
  return { net: to, weights: { ...weights, parameters } };
}

/**
 * Whether an exported model reads the mask before the newest click, by the shape that its input declares.
 *
 * @throws ClicksegError `invalid-model` for bytes that are no ONNX model
 */
export function readsPreviousMask(model: Uint8Array): boolean {
  return hasPreviousMask(readModelFile(model));
}

export function hasPreviousMask({ inputs, inputShapes }: ModelFile): boolean {
  return inputShapes.get(inputs[0])?.[1] === inputChannels({ previousMask: true });
}
