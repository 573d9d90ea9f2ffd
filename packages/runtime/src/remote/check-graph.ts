import { ClicksegError } from '@clickseg/raster';
import type { ModelInfo, ModelValue } from '../onnx/read-model.ts';
import type { ServerModel, ServerTensor } from './server-model.ts';

/**
 * Checks that the server's model can be the one that the caller holds.
 *
 * @throws ClicksegError `invalid-model`, naming the tensor, and what it is here and there
 */
export function checkGraph({ inputs, outputs }: ModelInfo, server: ServerModel, model: string): void {
  const refuse = (why: string): never => {
    throw new ClicksegError('invalid-model', `remote: the server's model '${model}' is another: ${why}`);
  };
  for (const value of inputs) checkValue(value, server.inputs, 'input', refuse);
  for (const { name } of server.inputs) {
    if (inputs.some((value) => value.name === name)) continue;
    refuse(`it has an input '${name}', and the bytes given have not`);
  }
  // A server's configuration may leave outputs out; which one is needed is known at the first run.
  const shared = outputs.filter(({ name }) => server.outputs.some((tensor) => tensor.name === name));
  for (const value of shared) checkValue(value, server.outputs, 'output', refuse);
  if (shared.length === 0) {
    const there = server.outputs.map(({ name }) => name).join(', ') || 'none';
    refuse(
      `its outputs are ${there}, those of the bytes given ${outputs.map(({ name }) => name).join(', ')}`,
    );
  }
}

function checkValue(
  { name, dims }: ModelValue,
  tensors: readonly ServerTensor[],
  what: string,
  refuse: (why: string) => never,
): void {
  const tensor = tensors.find((each) => each.name === name);
  if (tensor === undefined) {
    const there = tensors.map((each) => each.name).join(', ') || 'none';
    refuse(`it has no ${what} '${name}', but: ${there}`);
    return;
  }
  const { shape } = tensor;
  // A name here or -1 there is a free axis, which fits anything.
  const fits =
    dims === undefined ||
    (dims.length === shape.length &&
      dims.every((n, axis) => typeof n !== 'number' || n <= 0 || shape[axis] < 0 || shape[axis] === n));
  if (fits) return;
  const here = dims.map((n) => n ?? '?').join(', ');
  refuse(`its ${what} '${name}' is [${shape.join(', ')}] there and [${here}] in the bytes given`);
}
