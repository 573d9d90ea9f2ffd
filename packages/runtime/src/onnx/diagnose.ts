/**
 * What bytes are that are plainly no ONNX model, or undefined where they may be one. Said before
 * any parsing, since a downloaded error page is the usual "broken model".
 */
export function diagnose(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'there are no bytes; an empty download?';
  const head = String.fromCharCode(...bytes.subarray(0, 256));
  const word = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  const shown = JSON.stringify(word.slice(0, 60));
  if (/^<(!doctype|html|head|body|\?xml|!--)/i.test(word)) {
    return `the bytes are a web page, not ONNX (${shown}); is the address right?`;
  }
  if (word.startsWith('version https://git-lfs')) return 'the bytes are a Git LFS pointer; run git lfs pull';
  if (/^[{[]\s*["{[\]}]/.test(word)) return `the bytes are JSON, not ONNX (${shown}); is the address right?`;
  if (head.startsWith('\x1f\x8b')) return 'the bytes are gzipped; decompress them first';
  if (head.startsWith('PK\x03\x04')) return 'the bytes are a ZIP archive (a PyTorch checkpoint?), not ONNX';
  if (head.startsWith('ORTM', 4)) return 'the bytes are an ORT-format model; give the .onnx file';
  if (/^[\t\n\r\x20-\x7e]+$/.test(head)) return `the bytes are plain text, not ONNX (${shown})`;
  return undefined;
}
