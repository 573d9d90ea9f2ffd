// Compressed pictures of known pixels, 20 x 12 unless said otherwise, made and held against their own decoders on Python 3.11:
//
//   y, x = np.mgrid[:12, :20]
//   deep = ((97 * x + 211 * y + 13 * x * y) % 4096).astype('<u2')
//   byte = ((7 * x + 29 * y + 3 * x * y) % 256).astype('u1')
//   flat = np.kron([[40, 200, 90], [255, 0, 128]], np.ones((8, 8))).astype('u1')   # 24 x 16
//   ls12, ls8 = imagecodecs.jpegls_encode(deep), ...(byte)                          # imagecodecs 2026.3.6: CharLS
//   lossless12, lossless8 = imagecodecs.ljpeg_encode(deep, bitspersample=12), ...(byte, bitspersample=8)   # predictor 6
//   j2k16, j2k8 = Image.save('JPEG2000', no_jp2=True, irreversible=False)           # Pillow 12.3.0: OpenJPEG
//   j2kTiles = the same of byte, tile_size=(8, 8)
//   jpeg = Image.fromarray(flat).save('JPEG', quality=100)                          # blocks of one value lose nothing

/** Pixels of `ls12`, `lossless12` and `j2k16`. */
export const DEEP = pixels((x, y) => (97 * x + 211 * y + 13 * x * y) % 4096);
/** Pixels of `ls8`, `lossless8`, `j2k8` and `j2kTiles`. */
export const BYTE = pixels((x, y) => (7 * x + 29 * y + 3 * x * y) % 256);
/** Pixels of `jpeg`, 24 x 16. */
export const FLAT = Array.from({ length: 16 * 24 }, (_, i) => {
  const block = Math.floor(i / (8 * 24)) * 3 + Math.floor((i % 24) / 8);
  return [40, 200, 90, 255, 0, 128][block];
});

function pixels(value: (x: number, y: number) => number): number[] {
  return Array.from({ length: 12 * 20 }, (_, i) => value(i % 20, Math.floor(i / 20)));
}

const BASE64 = {
  ls12:
    '/9j/6AAgU1BJRkYAAgAAAQAAAAwAAAAUChAGAQAAASwAAAEs/+gACAAAAAH/2P/3AAsQAAwAFAEBEQD/+AANAf//ABIAQwEU' +
    'AED/2gAIAQEAAAAApgzBl/MGX9e13XO32uz2Ov1ur1On0ujtNNybVsWtak3JtWxa1qWl0OdzOVyONxJuc56vR5vJ4u52ux1u' +
    'p0uhzuZyuRxuJPRkPx9vp8vh3O12Ot1Ol0OdzOVyOMxMMYRBkEQJAP8bjabDWajSaDOZjKZDGYmSLwiiJIghyGNxtNhrNRpN' +
    'BnMxlMhjMQAAWGtiRJAjyOI03G02Gs1Gk0GczGUyAAAAAAAAR84gz5NYEwS5LEqSjxeDvdztdjrdQAAAABLYNQX7B1K5Kony' +
    'eJ0nCbez1ejzeTxAAAAAI/CvELiuC3rcsUpCmKUpCjKJel5Xhd12AMqbaur0ebyeLwWiTxVFYVZVFS/H2+gAAAACGwnr69Ly' +
    'vC7rsuq6LdJgpCwLIsSwYBfzw9oi/L6vi9r0vK8Pd7LpAP/Z',
  ls8:
    '/9j/6AAgU1BJRkYAAgAAAQAAAAwAAAAUCggGAQAAASwAAAEs/+gACAAAAAH/2P/3AAsIAAwAFAEBEQD/2gAIAQEAAAAAhRVi' +
    'rT+7d/97bQADAhRDmKR3dmZmVVAgABiEIzMzMzIiIDMjODGIQhCEIQJtFAAABmWYc2EEEEYxQq70pSlKUok0Ic5zgZWZjGMU' +
    'pSiJAADMFyxUoAAAK6oTJESD7zpuH3AAG+64qdttpokkgMUke9zgt5FQEkEEEPeHq9c5znDzIfxBBD3vHNs5znOJlog2Y8kk' +
    'ghrSCCCHshe94kjTXkmNMSSSQQY3ZBBBAgj/2Q==',
  lossless12:
    '/9j/xAAXAAEBAQEAAAAAAAAAAAAAAAAIBwsM/8MACwwADAAUAQARAP/aAAgBAAAGAADn/wCw2Gw2Gw2Gw2Gw2Gw2Gw2Gw2Gw' +
    '2GwtO731CIpIpdPKRVrFcL5istpNhvuV2NO731CIpIpdPKRVrFcL5istpNhvuV2NO731CIpIpdPKRVrFcL5istpNhvuV2NO7' +
    '31CIpIpdPKRVrFcL5istpNhvuV2NO731CIpIpdPKRVrFcL5istpNhvuXg62nd76hEUkUunlIq1iuF8xWW0mxwb2HJ0djTu99' +
    'QiKSKXTykVaxXC+YvBlYaOGv0b7ldjTu99QiKSKXTykVaxXHBe4YnRltJsN9yuxp3e+oRFJFLp5SKtY8Fv0XzFZbSbDfcrsa' +
    'd3vqERSRS6eUnBVYWHRcL5istpNhvuV2NO731CIpIpdPcFH0VaxXC+YrLaTYb7ldgP/Z',
  lossless8:
    '/9j/xAAYAAEBAQEBAAAAAAAAAAAAAAAFBggDB//DAAsIAAwAFAEAEQD/2gAIAQAABgAAz/379+/fv379+/fv379+/fv3dSTV' +
    'WYZbcefoaKkpaeoqqutdSTVWYZbcefoaKkpafE/lPlXljqSaqzDLbjz+IPIfI/JPJtUVVXWupJqrMMt4b8d8e1DRUlLT1FVV' +
    '1rqSaqzGGPGtOPP0NFSUtPUYp8q8sdSTVwr4vpltx5+hoqTEnk3k+qqutdSwl4ppZhltx5+hxD5HqWnqKqrrXcI6TVWYZbce' +
    'w95BqKkpaeoqsVeWYc0kmqswy3hvx3T9DRUlLibyfynVda6kmqsxhjxrTjz9DRYj8k1PUVVXWupJqrYX0y248/Q4h1JS09RV' +
    'Yq8s/9k=',
  j2k16:
    '/0//UQApAAAAAAAUAAAADAAAAAAAAAAAAAAAFAAAAAwAAAAAAAAAAAABDwEB/1IADAAAAAEAAwQEAAH/XAANQICIiJCIiJCI' +
    'iJD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAADeAAH/k9/4kHAHo2xEpX9Lrwruk0a0' +
    'P8AfmDQP8AsAfsCADKmmpyGnDYd4NBgLYaYvwH8iUB/InAf4ExnJ2GIyAs+zpHPfdzzi/uQVfxqT8HwYPW0NrqUeL8Rguq+Q' +
    'ETUbDAXx/jjLxgC33k3Hp4B8UD7rwH8kkD/BFA/8AEQ+a0jWIBqNe4d1VzPGMWYTQKqOvFeIeEVAIcO/6tcX2IzH/38zcVVh' +
    'tIBIEYJfVDU+pyGdgOYl+gJnxazNZeyn/rERT0N/Qd9Tjoc6txZp5eZuyP3Inv3/2Q==',
  j2k8:
    '/0//UQApAAAAAAAUAAAADAAAAAAAAAAAAAAAFAAAAAwAAAAAAAAAAAABBwEB/1IADAAAAAEAAwQEAAH/XAANQEBISFBISFBI' +
    'SFD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAADtAAH/k8+0IAeYisX19P9/wfOEn4Ac' +
    'fgBAAa93PwUVXwSfw+oQn4CcfgJgDcvs4QJqARYxdg0CYaDUPwt9TFNZEj3g9pgXZwgTx1fwfL8K4BRV0tP4+aKxNcMdvpP9' +
    '9WBvx9pVPwNZ+Y2AGcNtY1jG+WslWasGUKoPn2gq77v1agx0mqo1zsx99nDTY1ZayWOw8rCfHnVlphc2Y6Nm5LYGIh3AuXn0' +
    'RYs6lglFlC88+EryE4LVlHu31kohZ2AVN88wxCuWoTbvjL9hQ/G9rt8Qc0Fx5dex/ixCtrVbBEUUD/959H//2Q==',
  j2kTiles:
    '/0//UQApAAAAAAAUAAAADAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAABBwEB/1IADAAAAAEAAwQEAAH/XAANQEBISFBISFBI' +
    'SFD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAABgAAH/k8fUBAbfw+oCn4AUD5wQBD8E' +
    'XwHPwfOEj7QWH2goDZDMZwsM+EWvC3cnOfvH2hc/AMj8AcAZ1PLxUySLYBcKARpBk+HSRqeao2uFxwLmVuPrGEX/kAAKAAEA' +
    'AABiAAH/k8B0EAPA+QDA+QDAHQQCCQnD6gSfgDR+AKALO8GhBNFiagv3EG2bYL/H2hk/APj8AgAe4Wn6J8rIRu9JcccPSTO+' +
    'vzImJbj0BVnhrocV2J+BvyDC3/+QAAoAAgAAAEYAAf+TwPhBB8AQgAPB84SPtA4HzgwD7v9/CBZ/AVp/w+oIn4BEfgCABkro' +
    '3EJL+r8VAvWuSzxvBwdtan//kAAKAAMAAABJAAH/k8fUBAcvx9oEAxvD6gKPtA5+YIAHxQp3RwwhhD/H2hEfaET8wYAH3eeC' +
    'Awy9vweKZNzdgurbFOQcFnDd/5AACgAEAAAASQAB/5PA+EEFwPkAgATB84KPtA4/ADAHDgWhawCuF8faET8AqfmDAATFjF9Q' +
    'EEaDB9HcIDoa2Wk1Dha3vHRD5/+QAAoABQAAADgAAf+TwHQQAYDD6gGA+EGPwAgIAAHvx9oLPwBY/AFABRtGUL8KKHA6vQtO' +
    'bP9//9k=',
  jpeg:
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB' +
    'AQEBAQEBAQEBAQEBAQEBAQH/wAALCAAQABgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgED' +
    'AwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RF' +
    'RkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJ' +
    'ytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AP5P6/1AK/iPr/Uor/AHr/QAr//Z',
};

export const codestream = (name: keyof typeof BASE64): Uint8Array => Buffer.from(BASE64[name], 'base64');
