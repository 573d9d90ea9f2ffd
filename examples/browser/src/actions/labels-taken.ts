/** A label that was wanted, and the one that there was. */
export type LabelTaken = readonly [wanted: number, got: number];

/** What is said of labels that other structures had already; '' where none was taken. */
export function labelsTaken(labels: readonly LabelTaken[]): string {
  const moved = labels
    .filter(([wanted, got]) => wanted !== got)
    .map(([wanted, got]) => `${wanted} is ${got} here`);
  return moved.length > 0 ? `Labels that were taken: ${moved.join(', ')}.` : '';
}
