// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '7a298c2257176272482d68a0950a4b7cf5ca0c0db5182a652336b51b3cd4bb75',
  size: 7771018,
};
export const compact = {
  url: new URL('./compact.onnx', import.meta.url),
  sha256: '265e18be9b89ff3f2471bb116695efe5a58cd141337df4d14d27ac0195e4e175',
  size: 2502738,
};
