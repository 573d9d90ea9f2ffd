import type { TrainingStep } from '@clickseg/train';

/** Means over so many neighbouring steps, under the last one's number: for files and pictures of long runs. */
export function stepMeans(steps: readonly TrainingStep[], every: number): TrainingStep[] {
  const groups = new Map<number, TrainingStep[]>();
  for (const step of steps) {
    const at = Math.ceil(step.step / every);
    const group = groups.get(at);
    if (group) group.push(step);
    else groups.set(at, [step]);
  }
  return [...groups.values()].map((group) => {
    const mean = (value: (step: TrainingStep) => number) =>
      group.reduce((sum, step) => sum + value(step), 0) / group.length;
    return {
      ...group[group.length - 1],
      loss: mean((s) => s.loss),
      clicks: mean((s) => s.clicks),
      ms: {
        total: mean((s) => s.ms.total),
        clicks: mean((s) => s.ms.clicks),
        update: mean((s) => s.ms.update),
      },
    };
  });
}
