import { ClicksegError } from '@clickseg/raster';

/** Where a Redis is, and how to get in. */
export interface RedisAddress {
  /** As it may be said: without name and password. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** Of `rediss:`. */
  readonly tls?: Record<string, never>;
}

const PORT = 6379;

/**
 * Reads `redis://NAME:PASSWORD@host:6379/0`, of which the host alone is needed.
 * @param password - where the address has none
 * @throws ClicksegError `invalid-option`, whose words have no part of the address that may be of a password
 */
export function redisAddress(url: string, password?: string): RedisAddress {
  const scheme = /^[a-z][a-z\d+.-]*:(?=\/\/)/i.exec(url)?.[0].toLowerCase();
  const refused = (why: string) => new ClicksegError('invalid-option', `evaluate: --queue ${why}`);
  if (!URL.canParse(url)) throw refused(`${scheme ?? ''}... ${NO_ADDRESS}`);
  const parsed = new URL(url);
  const { protocol, hostname, port, pathname, search, hash } = parsed;
  // A mark of an address that a password holds cuts it in two: what then stands for the host is part of a secret.
  if (scheme === undefined || `${pathname}${search}${hash}`.includes('@'))
    throw refused(`${scheme ?? ''}... ${NO_ADDRESS}`);
  const shown = `${protocol}//${hostname}:${port || PORT}`;
  if (protocol !== 'redis:' && protocol !== 'rediss:')
    throw refused(`${protocol}//${parsed.host} is of ${protocol}, not redis: or rediss:`);
  const db = /^\/?(\d{0,4})$/.exec(pathname)?.[1];
  if (hostname === '' || db === undefined) throw refused(`${shown}... ${NO_ADDRESS}`);
  if (search || hash)
    throw refused(
      `${shown} has a ? or #, of which nothing is read; a password stands before the @, or in CLICKSEG_REDIS_PASSWORD`,
    );
  const [username, own] = [parsed.username, parsed.password].map((word) => {
    try {
      return decodeURIComponent(word);
    } catch {
      throw refused(`${shown}: its name or password has a % that begins no %41 or the like; write %25`);
    }
  });
  return {
    shown,
    // An IPv6 address stands in brackets in a URL alone.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || PORT),
    username: username || undefined,
    password: own || password || undefined,
    db: Number(db),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

const NO_ADDRESS =
  'is no address like redis://host:6379 or redis://NAME:PASSWORD@host:6379; in a password write / ? # @ as %2F %3F %23 %40, or put it into CLICKSEG_REDIS_PASSWORD';
