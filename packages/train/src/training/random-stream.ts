import { seededRandom } from '@clickseg/simulate';

/**
 * One random stream a number, such as a step's, so that a run which resumes there draws as it would have; the odd factor
 * spreads neighbouring numbers' seeds apart.
 */
export function randomStream(seed: number, number: number): () => number {
  return seededRandom((seed ^ Math.imul(number, 0x9e3779b1)) >>> 0);
}
