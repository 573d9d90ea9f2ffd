// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '064e77eeb91a836acae77b3ff767a1da0b11ffdedb3da77c2d8c55d33c39712b',
  size: 7770405,
};
