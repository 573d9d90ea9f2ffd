import type { BackendTensor } from './backend.ts';
import { MOST_SIDE, type ModelMetadata } from './metadata.ts';
import type { ModelInfo, ModelValue } from './onnx/read-model.ts';
import { refuseModel } from './refuse-model.ts';

/**
 * How a network is fed: the names of its tensors, `[1, channels, h, w]` in and `[1, 1, h, w]` out, and its size where the
 * graph fixes it.
 */
export interface ModelIo {
  readonly input: string;
  readonly output: string;
  /** Of the input: the image, two maps of clicks and, where the model reads it, the mask before the newest click. */
  readonly channels: 3 | 4;
  /** `[h, w]`, each a number where the graph allows only that. */
  readonly fixed: readonly [h: number | undefined, w: number | undefined];
}

/**
 * Picks the network's input and output and checks what the graph says of their shapes, as every load does. For servers
 * and backends that feed a network themselves.
 *
 * @param info - of {@link readModel}
 * @param metadata - of {@link parseMetadata}, or a segmenter's
 * @throws ClicksegError `invalid-model`, naming the tensor and its shape
 */
export function modelIo(info: ModelInfo, metadata: ModelMetadata): ModelIo {
  const input = pick(info.inputs, metadata.inputName, 'input');
  const output = pick(info.outputs, metadata.outputName, 'output');
  if (info.inputs.length > 1) {
    refuseModel(`it has several inputs (${names(info.inputs)}); the runtime fills one`);
  }
  const channels = metadata.previousMask ? 4 : 3;
  checkValue(input, channels, 'input');
  checkValue(output, 1, 'output');
  const side = (axis: number) => {
    const n = input.dims?.[axis];
    return typeof n === 'number' && n > 0 ? n : undefined;
  };
  const fixed = [side(2), side(3)] as const;
  const { zoom } = metadata;
  // The longer side of a window of zoom is of just so many pixels.
  const least = zoom ? Math.max(zoom.overview, zoom.window) : 1;
  for (const n of fixed) {
    if (n && (n < least || n > MOST_SIDE))
      refuseModel(`its input is fixed at ${n}, not ${least} to ${MOST_SIDE}`);
  }
  return { input: input.name, output: output.name, channels, fixed };
}

/**
 * Checks what a run gave back.
 * @throws ClicksegError `invalid-model` for a wrong shape or type
 */
export function checkOutput(
  tensor: BackendTensor | undefined,
  name: string,
  h: number,
  w: number,
): Float32Array {
  if (tensor === undefined) refuseModel(`the run gave no output '${name}'`);
  const { data, dims } = tensor;
  if (`${dims}` !== `${[1, 1, h, w]}`)
    refuseModel(`its output '${name}' is [${dims}] where [${[1, 1, h, w]}] is needed`);
  if (tensor.type !== 'float32' || data.length !== h * w) {
    refuseModel(`its output '${name}' is ${tensor.type} of ${data.length} elements, not float32 of ${h * w}`);
  }
  return data;
}

const names = (values: readonly ModelValue[]) => values.map(({ name }) => name).join(', ');

function pick(values: readonly ModelValue[], name: string | undefined, what: string): ModelValue {
  const found = name === undefined ? values[0] : values.find((value) => value.name === name);
  if (found !== undefined) return found;
  return refuseModel(
    name === undefined ? `it has no ${what}` : `it has no ${what} '${name}', but: ${names(values)}`,
  );
}

function checkValue({ name, elementType, dims }: ModelValue, channels: number, what: string): void {
  if (elementType > 1) {
    const kind = elementType === 10 ? 'float16' : `of ONNX type ${elementType}`;
    refuseModel(`its ${what} '${name}' is ${kind}; float32 is needed`);
  }
  if (dims === undefined) return;
  const [batch, channel] = dims;
  const fits =
    dims.length === 4 &&
    (typeof batch !== 'number' || batch === 1) &&
    (typeof channel !== 'number' || channel === channels);
  if (fits) return;
  const shown = dims.map((n) => n ?? '?').join(', ');
  const hint = channel === 4 && channels === 3 ? ', unless its metadata say previousMask: true' : '';
  refuseModel(`its ${what} '${name}' is [${shown}]; [1, ${channels}, h, w] is needed${hint}`);
}
