import { ClicksegError } from '@clickseg/raster';

/** Which groups the network was trained for, and which it has not seen: a fact of the model that only its user knows. */
export interface Roles {
  readonly known: readonly string[];
  readonly unseen: readonly string[];
}

/**
 * Sorts groups into Tables II and III. Those not named count as known, so that none is left out of the report.
 * @throws ClicksegError `invalid-option` for a group that has no records
 */
export function rolesOf(groups: readonly string[], unseen: readonly string[]): Roles {
  const unknown = unseen.find((name) => !groups.includes(name));
  if (unknown !== undefined) {
    throw new ClicksegError(
      'invalid-option',
      `evaluate: --unseen ${unknown} is none of ${groups.join(', ')}`,
    );
  }
  return {
    known: groups.filter((g) => !unseen.includes(g)),
    unseen: groups.filter((g) => unseen.includes(g)),
  };
}
