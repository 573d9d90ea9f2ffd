import type { TrainingStep } from '@clickseg/train';

/** A line of a training log. */
export const step = (n: number, loss: number): TrainingStep => ({
  step: n,
  samples: 16 * n,
  loss,
  learningRate: 1e-3,
  clicks: 3,
  ms: { total: 3, clicks: 1, update: 2 },
});
