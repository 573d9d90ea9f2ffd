import { ClicksegError } from '@clickseg/raster';
import { initialWeights, type Unet, type UnetWeights } from './unet.ts';

/**
 * Weights of a wider network that answers as a narrower one does, to go on training from: the new channels begin with
 * He's random filters, and nothing reads them yet (Chen et al. 2016, "Net2Net", copies channels instead; these have no twin to
 * part from).
 *
 * @param from - the narrower network and its weights
 * @param to - of the same levels and input, variant 'fig2'
 * @param random - uniform in [0, 1), for the new filters
 * @throws ClicksegError `invalid-option` for networks of other levels, input or variant, or a narrower `to`
 */
export function widen(
  { net: from, weights }: { readonly net: Unet; readonly weights: UnetWeights },
  to: Unet,
  random: () => number,
): UnetWeights {
  for (const { variant } of [from, to]) {
    if (variant !== 'fig2')
      throw new ClicksegError('invalid-option', `widen: variant '${variant}' is not 'fig2'`);
  }
  if (from.levels !== to.levels || from.width > to.width) {
    const [a, b] = [from, to].map((net) => `${net.width} channels and ${net.levels} levels`);
    throw new ClicksegError('invalid-option', `widen: ${b} cannot hold ${a}`);
  }
  if (from.previousMask !== to.previousMask) {
    const why = 'one network reads the previous mask, the other does not: see addPreviousMask';
    throw new ClicksegError('invalid-option', `widen: ${why}`);
  }
  const wide = initialWeights(to, random);
  for (const [i, narrow] of from.layout.parameters.entries()) {
    const parameter = to.layout.parameters[i];
    const source = weights.parameters.subarray(narrow.offset, narrow.offset + narrow.size);
    const into = wide.parameters.subarray(parameter.offset, parameter.offset + parameter.size);
    const { kind, name } = parameter;
    if (kind === 'gamma' || kind === 'beta' || kind === 'bias') {
      into.set(source);
      continue;
    }
    // Transposed convolutions name their inputs first.
    const transposed = kind === 'up-convolution';
    const [outs, ins] = transposed ? [1, 0] : [0, 1];
    // A join reads what came up, then the skipped map: the narrow network's channels lie in two pieces.
    const pieces = name.startsWith('join.') && name.endsWith('.0.weight') ? 2 : 1;
    const inOf = (c: number) => {
      const each = narrow.shape[ins] / pieces;
      return Math.floor(c / each) * (parameter.shape[ins] / pieces) + (c % each);
    };
    const taps = parameter.shape[2] * parameter.shape[3];
    const filter = (of: Float32Array, shape: readonly number[], out: number, c: number) => {
      const at = (transposed ? c * shape[1] + out : out * shape[1] + c) * taps;
      return of.subarray(at, at + taps);
    };
    // Filters that the narrow network has read its own channels alone.
    for (let out = 0; out < narrow.shape[outs]; out++) {
      for (let c = 0; c < parameter.shape[ins]; c++) filter(into, parameter.shape, out, c).fill(0);
      for (let c = 0; c < narrow.shape[ins]; c++)
        filter(into, parameter.shape, out, inOf(c)).set(filter(source, narrow.shape, out, c));
    }
  }
  for (const [i, norm] of from.layout.norms.entries()) {
    for (const name of ['means', 'variances'] as const) {
      wide[name].set(
        weights[name].subarray(norm.offset, norm.offset + norm.channels),
        to.layout.norms[i].offset,
      );
    }
  }
  return wide;
}
