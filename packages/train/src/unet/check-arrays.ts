import { ClicksegError } from '@clickseg/raster';
import type { Unet, UnetWeights } from './unet.ts';

/**
 * That weights are a network's: their lengths, and that they are numbers.
 *
 * @param what - who asks, before the message
 * @throws ClicksegError `invalid-option` for weights of another network; `not-finite`, naming the parameter or the statistic
 */
export function checkArrays({ layout }: Unet, weights: UnetWeights, what: string): void {
  const { parameterCount, channelCount } = layout;
  const lengths = { parameters: parameterCount, means: channelCount, variances: channelCount };
  for (const [name, length] of Object.entries(lengths)) {
    const has = weights[name as keyof UnetWeights].length;
    if (has === length) continue;
    throw new ClicksegError('invalid-option', `${what} has ${has} ${name}, the network ${length}`);
  }
  const refuseIn = (values: Float32Array, right: (v: number) => boolean, nameOf: (at: number) => string) => {
    const at = values.findIndex((v) => !right(v));
    if (at < 0) return;
    throw new ClicksegError('not-finite', `${what}: ${nameOf(at)} holds ${values[at]}`);
  };
  // Both are in the order of their offsets.
  const pieceAt = <P extends { readonly offset: number; readonly name: string }>(
    all: readonly P[],
    at: number,
  ) => all.filter(({ offset }) => offset <= at).at(-1)!.name;
  refuseIn(weights.parameters, Number.isFinite, (at) => pieceAt(layout.parameters, at));
  refuseIn(weights.means, Number.isFinite, (at) => `the running mean of ${pieceAt(layout.norms, at)}`);
  const variance = (v: number) => v >= 0 && v < Infinity;
  refuseIn(weights.variances, variance, (at) => `the running variance of ${pieceAt(layout.norms, at)}`);
}
