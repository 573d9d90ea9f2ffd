import { StartFault } from './fault.ts';
import type { ServeOptions } from './serve.ts';

/**
 * Refuses options with which the server would start and then not serve, or serve everyone.
 * @throws StartFault naming option and value, of a token only what is wrong with it
 */
export function checkOptions({ name, token, origin, requestTimeout }: ServeOptions): void {
  // What needs no escaping in an address: some clients escape names, others do not. The router takes 100 characters.
  if (!/^[\w-][\w.-]{0,99}$/.test(name)) {
    const allowed = "up to 100 of A-Z, a-z, 0-9, '.', '_' and '-', the first no '.'";
    throw new StartFault(`serve: --name ${JSON.stringify(name)} does not fit an address: ${allowed}`);
  }
  if (origin !== undefined && !isOrigin(origin)) {
    const wanted = "* or scheme, host and port as a browser sends them, such as 'https://viewer.example'";
    throw new StartFault(
      `serve: --origin ${JSON.stringify(origin)} is no page's: ${wanted}, without a slash`,
    );
  }
  if (token === '') {
    // Not "no token": whoever names one, and has it filled in from elsewhere, wants no server that is open to all.
    throw new StartFault('serve: CLICKSEG_TOKEN is empty: unset it to serve without a token, or give one');
  }
  // As the client checks it (remoteBackend), for a header carries nothing else as it is.
  const wrong = token === undefined ? -1 : [...token].findIndex((letter) => !/[\x21-\x7e]/.test(letter));
  if (wrong >= 0) {
    const kind = /\s/.test([...token!][wrong]) ? 'a space or a line break' : 'no ASCII letter, digit or sign';
    throw new StartFault(`serve: CLICKSEG_TOKEN: its character ${wrong + 1} is ${kind}`);
  }
  if (requestTimeout !== undefined && !(requestTimeout > 0 && requestTimeout < 2 ** 31)) {
    throw new StartFault(`serve: requestTimeout ${requestTimeout} is no number of ms above 0`);
  }
}

// A browser compares letter by letter with what it sends: no path, no port that is the scheme's own, small letters.
function isOrigin(text: string): boolean {
  if (text === '*') return true;
  try {
    const { origin, protocol, host } = new URL(text);
    // Of other schemes, such as an extension's or Electron's, Node says 'null'.
    return host !== '' && text === (origin === 'null' ? `${protocol}//${host}` : origin);
  } catch {
    return false;
  }
}
