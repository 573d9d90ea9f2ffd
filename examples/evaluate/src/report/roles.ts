import { ClicksegError } from '@clickseg/raster';

/** Which groups the network was trained for, and which it has not seen: a fact of the model that only its user knows. */
export interface Roles {
  readonly known: readonly string[];
  readonly unseen: readonly string[];
}

/**
 * Refuses a group that a run has not, before anything is computed for its report.
 * @throws ClicksegError `invalid-option`
 */
export function checkUnseen(groups: readonly { readonly group: string }[], unseen: readonly string[]): void {
  const there = groups.map(({ group }) => group);
  const unknown = unseen.find((name) => !there.includes(name));
  if (unknown === undefined) return;
  throw new ClicksegError('invalid-option', `evaluate: --unseen ${unknown} is none of ${there.join(', ')}`);
}

/**
 * Sorts the groups that have records into Tables II and III. Those not named count as known, so that none is left out of
 * the report.
 */
export function rolesOf(groups: readonly string[], unseen: readonly string[]): Roles {
  return {
    known: groups.filter((g) => !unseen.includes(g)),
    unseen: groups.filter((g) => unseen.includes(g)),
  };
}
