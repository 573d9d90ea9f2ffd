import type { DatasetCase } from '@clickseg/example-dataset/node';
import { ClicksegError } from '@clickseg/raster';
import { seededRandom } from '@clickseg/simulate';

/** One turn of a cross-validation. */
export interface Fold<C> {
  readonly train: readonly C[];
  readonly test: readonly C[];
}

/**
 * Deals the patients out to `k` folds, so that every case is tested once, by a network that has seen nothing of its
 * patient. Patients are shuffled with the seed and dealt in turn: folds differ by one patient at most.
 *
 * @throws ClicksegError `invalid-option` for fewer than two folds, or fewer patients than folds
 */
export function patientFolds<C extends Pick<DatasetCase, 'patient'>>(
  cases: readonly C[],
  k: number,
  seed: number,
): Fold<C>[] {
  const patients = [...new Set(cases.map(({ patient }) => patient))].sort();
  if (!Number.isInteger(k) || k < 2 || k > patients.length) {
    throw new ClicksegError(
      'invalid-option',
      `folds: ${k} folds of ${patients.length} patients; each fold needs one, and two folds are the fewest`,
    );
  }
  const random = seededRandom(seed);
  for (let i = patients.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [patients[i], patients[j]] = [patients[j], patients[i]];
  }
  const foldOf = new Map(patients.map((patient, i) => [patient, i % k]));
  return Array.from({ length: k }, (_, fold) => ({
    train: cases.filter(({ patient }) => foldOf.get(patient) !== fold),
    test: cases.filter(({ patient }) => foldOf.get(patient) === fold),
  }));
}
