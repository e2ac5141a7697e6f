// Calls the proxy as each till of this page, with that till's token and a proof of its key: neither leaves the browser.
const [method, path, only] = arguments;
const base64 = (text) => btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const written = (bytes) => base64(String.fromCharCode(...new Uint8Array(bytes)));
const utf8 = (text) => new TextEncoder().encode(text);

async function keysOf(name) {
  const open = indexedDB.open("scantill");
  await new Promise((done, failed) => Object.assign(open, { onsuccess: done, onerror: failed }));
  const step = open.result.transaction("keys");
  const request = step.objectStore("keys").get(name);
  await new Promise((done) => (step.oncomplete = done));
  open.result.close();
  return request.result;
}

async function proof({ privateKey, publicKey }, htu, token, nonce) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const ath = written(await crypto.subtle.digest("SHA-256", utf8(token)));
  const claims = { htm: method, htu, jti: crypto.randomUUID(), iat: 1, ath, nonce };
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const signed = [header, claims].map((part) => base64(JSON.stringify(part))).join(".");
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, utf8(signed));
  return signed + "." + written(signature);
}

async function ask(name, credential) {
  const base = name.replace(/^scantill:/, "").replace(/:[^:/]*$/, "");
  const [kind, token] = credential.split(" ");
  let nonce, answer;
  for (let turn = 0; turn < 2 && (!answer || answer.status === 401); turn++) {
    const headers = { Authorization: credential };
    if (kind === "DPoP") headers.DPoP = await proof(await keysOf(name), base + path.split("?")[0], token, nonce);
    answer = await fetch(base + path, { method, headers });
    nonce = answer.headers.get("DPoP-Nonce");
  }
  return { status: answer.status, body: await answer.json() };
}

const tills = Object.entries(localStorage).filter(([key]) => key.endsWith(":token"));
return Promise.all(tills.slice(0, only ? 1 : undefined).map(([key, value]) => ask(key.replace(/:token$/, ""), value)));
