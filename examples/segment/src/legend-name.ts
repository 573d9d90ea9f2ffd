import { canDraw } from './stroke-font.ts';

/**
 * A structure's name as the pictures' font can draw it: capitals without accents, a space for a sign that it lacks.
 * Where letters are lacking (other scripts) it is the structure's number, in brackets; see {@link listedName}.
 * @param number - from 1
 */
export function legendName(name: string, number: number): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase();
  const letters = [...plain].map((letter) =>
    canDraw(letter) || /[\p{L}\p{N}]/u.test(letter) ? letter : ' ',
  );
  const drawn = letters.every(canDraw) && /[\p{L}\p{N}]/u.test(plain);
  return drawn ? letters.join('').trim() : numbered(number);
}

/** A structure's name as it is printed: behind its number where the pictures show that. */
export function listedName(name: string, number: number): string {
  return legendName(name, number) === numbered(number) ? `${numbered(number)} ${name}` : name;
}

const numbered = (number: number) => `(${number})`;
