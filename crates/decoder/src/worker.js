// Reads the codes in pictures, one picture after the other, outside the page's thread. It uses the browser's own decoder
// if that knows the payers' codes, else ours, which is loaded only then.
//
// In: { bitmap } (an ImageBitmap, which is closed here), or { pixels, width, height } (grey or RGBA) from a page whose
// workers cannot draw.
// Out, once for each picture: { text, format, by, took_ms }, where text is null if there is no code, or { problem }, after
// which this worker does not work any more.
//
// The build appends it to the decoder's glue, so that both are one file with one hash. It starts from a blob, and its
// name is then the address of that file.

import load, { decode } from "./decoder.js";

const PAYERS = ["code_128", "qr_code"];
// The browser's own decoder may wait for ever if the system's part of it is missing.
const OWN_READ_MS_MAX = 3000;
const PRODUCTS = ["ean_13", "ean_8", "upc_a", "upc_e"];

let reader = openOwn().catch(() => null).then((own) => own ?? openOurs());
let turn = Promise.resolve();
let canvas = null;

// A failure to load is reported with the first picture, not as an error without a listener.
reader.catch(() => {});

onmessage = ({ data }) => {
  turn = turn.then(() => answer(data));
};

async function answer(picture) {
  const began = performance.now();
  try {
    const { by, read } = await readWithEither(picture);
    const took_ms = performance.now() - began;
    postMessage({ text: read?.text ?? null, format: read?.format ?? null, by, took_ms });
  } catch (error) {
    postMessage({ problem: String(error) });
  } finally {
    picture.bitmap?.close();
  }
}

// On some tablets the browser claims support and fails at the first picture: from then on our decoder reads.
async function readWithEither(picture) {
  const { by, read } = await reader;
  try {
    return { by, read: await read(picture) };
  } catch (error) {
    if (by === "decoder") {
      throw error;
    }
    reader = openOurs();
    return readWithEither(picture);
  }
}

async function openOwn() {
  const known = await within(OWN_READ_MS_MAX, BarcodeDetector.getSupportedFormats());
  if (!PAYERS.every((format) => known.includes(format))) {
    return null;
  }
  const formats = [...PAYERS, ...PRODUCTS].filter((format) => known.includes(format));
  const detector = new BarcodeDetector({ formats });
  const find = async (image) => {
    const codes = await within(OWN_READ_MS_MAX, detector.detect(image));
    const code = codes.find(({ format }) => PAYERS.includes(format)) ?? codes[0];
    return code && { text: code.rawValue, format: code.format };
  };
  // Some of them read only dark on light.
  const read = async ({ bitmap }) => (await find(bitmap)) ?? find(inverted(bitmap));
  return { by: "browser", read };
}

function inverted(bitmap) {
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  pen.drawImage(bitmap, 0, 0);
  pen.globalCompositeOperation = "difference";
  pen.fillStyle = "white";
  pen.fillRect(0, 0, bitmap.width, bitmap.height);
  return pen.canvas;
}

async function within(limit, result) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("too late")), limit);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function openOurs() {
  await load({ module_or_path: new URL("SCANTILL_NAME(decoder/decoder_bg.wasm)", name || import.meta.url) });
  const read = async (picture) => {
    const { pixels, width, height } = picture.bitmap ? drawn(picture.bitmap) : picture;
    return decode(pixels, width, height);
  };
  return { by: "decoder", read };
}

function drawn(bitmap) {
  const { width, height } = bitmap;
  if (canvas?.canvas.width !== width || canvas.canvas.height !== height) {
    canvas = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  }
  canvas.drawImage(bitmap, 0, 0);
  return { pixels: canvas.getImageData(0, 0, width, height).data, width, height };
}
