import { counted } from './counted.ts';
import { timeOf } from './time-of.ts';

/** Says now and then how many scans are read. */
export function scansRead(done: number, of: number): void {
  if (done === 0) console.error(`reading ${counted(of, 'scan')}`);
  else if (done % 25 === 0) console.error(`${done}/${of} scans`);
}

/** Says now and then how many structures are measured, and how long the others will take. */
export function structuresMeasured(): (done: number, of: number) => void {
  const started = performance.now();
  return (done, of) => {
    // An early one, for a first idea of the time.
    if (done !== 10 && done % 100 !== 0 && done !== of) return;
    const left = ((performance.now() - started) / done) * (of - done);
    console.error(`${done}/${of} structures, ${timeOf(left / 1000)} left`);
  };
}
