/** Options with their defaults: what an option's type allows to be `undefined` is not where a default stands. */
export type WithDefaults<D extends object, O extends object> = Omit<O, keyof D> & {
  readonly [K in keyof D]: K extends keyof O ? Exclude<O[K], undefined> : D[K];
};

/**
 * Fills in defaults. Unlike a spread an option that is given as `undefined`, as one is that was passed on from elsewhere, does
 * not hide its default.
 */
export function withDefaults<D extends object, O extends object>(
  defaults: D,
  options: O | undefined,
): WithDefaults<D, O> {
  const all = { ...defaults, ...options };
  for (const name in defaults)
    if (all[name] === undefined) all[name] = defaults[name] as (D & O)[typeof name];
  return all as WithDefaults<D, O>;
}
