// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '820416b14ac835adb4f4ac4726581ae2cc0f519ad30ab5313a701ca9ae377e38',
  size: 7770405,
};
export const compact = {
  url: new URL('./compact.onnx', import.meta.url),
  sha256: '64e4ff64c2e529aab97e2fb6addec7a2a37cf6593c88542e58f8ed225681f54d',
  size: 2502125,
};
