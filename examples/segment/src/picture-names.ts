/**
 * File names for pictures of structures, without ending: letters and digits of any script, all else a hyphen. No two
 * are the same on any file system, and none is reserved: what would be gets a number.
 * @param reserved - names that other pictures have
 */
export function pictureNames(structures: readonly string[], reserved: readonly string[]): string[] {
  const taken = new Set(reserved.map(key));
  return structures.map((structure) => {
    const plain = slug(structure);
    let name = plain;
    for (let n = 2; taken.has(key(name)); n++) name = `${plain}-${n}`;
    taken.add(key(name));
    return name;
  });
}

// File systems take at most 255 bytes, of which a letter may need four.
const LONGEST = 56;

function slug(structure: string): string {
  const words = structure
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? ['structure'];
  return [...words.join('-')].slice(0, LONGEST).join('');
}

// Those of macOS and Windows do not tell capitals, nor how an accent is put together. Capitals, for two small letters
// may share one (the Greek sigmas).
function key(name: string): string {
  return name.normalize('NFKC').toUpperCase();
}
