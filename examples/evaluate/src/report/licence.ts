/**
 * Whether a picture made from an image may go into a report that others read: its licence must be one
 * that allows it, by name, and nothing in its words may take that back. No licence stated is none.
 */
export function mayBeShown(licence: string | undefined): boolean {
  if (licence === undefined) return false;
  if (/internal use|not stated|no separate licence|no licence|unknown|research only/i.test(licence))
    return false;
  return /\bCC0\b|\bCC[ -]BY\b|\bMIT\b|\bApache\b|\bODC\b|\bpublic domain\b/i.test(licence);
}
