import type { TrainingStep } from '@clickseg/train';
import { timeOf } from './time-of.ts';

/** Where progress is written: a terminal gets one line that is drawn again, a file a line now and then. */
export interface ProgressSink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CELLS = 24;
// Steps that loss and speed are averaged over: enough to be calm, few enough to follow.
const WINDOW = 25;

/**
 * A bar of steps done, with the running loss, samples a second and the time left.
 *
 * @param steps - in all
 * @param every - steps between two lines where the sink is no terminal
 */
export function progressBar(
  steps: number,
  sink: ProgressSink = process.stderr,
  every = 10,
): (step: TrainingStep) => void {
  const recent: TrainingStep[] = [];
  let before: TrainingStep | undefined;
  let shown = false;
  return (step) => {
    recent.push(step);
    if (recent.length > WINDOW) before = recent.shift();
    const last = step.step >= steps;
    // The first one too: it says that the steps have begun, and how long they will take.
    if (!sink.isTTY && shown && !last && step.step % every !== 0) return;
    shown = true;
    const text = progressText(steps, recent, before);
    if (sink.isTTY) sink.write(`\r\x1b[K${text.slice(0, (sink.columns ?? 120) - 1)}${last ? '\n' : ''}`);
    else sink.write(`${text}\n`);
  };
}

/** One line of progress; `before` is the step before the first of `recent`. */
export function progressText(steps: number, recent: readonly TrainingStep[], before?: TrainingStep): string {
  const now = recent[recent.length - 1];
  const filled = Math.round((CELLS * Math.min(now.step, steps)) / steps);
  const seconds = recent.reduce((sum, s) => sum + s.ms.total, 0) / 1000;
  const loss = recent.reduce((sum, s) => sum + s.loss, 0) / recent.length;
  // A first step alone says how many samples it took by its count; later ones by the difference.
  const batch = now.samples / now.step;
  const samples = before ? now.samples - before.samples : batch * recent.length;
  const left = ((steps - now.step) * seconds) / recent.length;
  return (
    `[${'#'.repeat(filled)}${'.'.repeat(CELLS - filled)}] ${now.step}/${steps}  loss ${loss.toFixed(3)}  ` +
    `${(samples / seconds).toFixed(1)} samples/s  ${timeOf(left)} left`
  );
}
