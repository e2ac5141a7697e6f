// Keeps one whole build of the till, so that its page opens without a network. A page in hand keeps its build: a newer one
// is fetched whole, and waits until the page says that nobody is served. Only files that are named by their content are
// kept, and the page that names them; no call of the proxy ever comes here to be answered.

const PAGE = "SCANTILL_SHA256(index.html)";
// The build writes the name of every file that is named by its content.
const FILES = "SCANTILL_FILES".split(" ");
const { scope } = registration;
const OWN = `scantill ${scope} `;
const CACHE = OWN + PAGE;
const NAMED_BY_CONTENT = /^(?:[\w-]+\/)?[\w.-]+-([0-9a-f]{12})\.[\w.-]+$/;

const address = (file) => new URL(file, scope).href;

const sumOf = async (response) => new Uint8Array(await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer()));

// A cache may lose or change what it holds: only the very bytes of the build are used. The page's file is "".
const isWhole = async (file, response) => {
  if (!response?.ok || response.redirected) return false;
  const sum = await sumOf(response);
  if (!file) return PAGE.endsWith(btoa(String.fromCharCode(...sum)));
  const digits = Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.startsWith(NAMED_BY_CONTENT.exec(file)[1]);
};

const fetched = async (file) => {
  for (const cache of file ? ["default", "reload"] : ["no-cache"]) {
    const response = await fetch(address(file || "index.html"), { cache });
    if (await isWhole(file, response)) return response;
  }
  throw Error(`${file || "the page"} is not of this build`);
};

// The caches of this till: this build's, then the newer before the older.
const ownCaches = async () => {
  const others = (await caches.keys()).filter((name) => name.startsWith(OWN) && name !== CACHE);
  return [CACHE, ...others.reverse()];
};

// Fetches what is not kept yet, one after the other: the till's own calls come first.
const fill = async () => {
  const cache = await caches.open(CACHE);
  for (const file of ["", ...FILES]) {
    if (!(await cache.match(address(file)))) await cache.put(address(file), await fetched(file));
  }
};

// The files of the build before stay: a page of that build may still be open.
const forgetOlder = async () => {
  const [, , ...older] = await ownCaches();
  await Promise.all(older.map((name) => caches.delete(name)));
};

const kept = async (file) => {
  for (const name of file ? await ownCaches() : [CACHE]) {
    const cache = await caches.open(name);
    const response = await cache.match(address(file));
    if (response && (await isWhole(file, response))) return response;
    if (response) await cache.delete(address(file));
  }
};

const answer = async (file, request) => (await kept(file).catch(() => undefined)) ?? fetch(request);

// The headers of the page say what it may do, and the proxy may have changed them. What was lost is fetched again.
const freshen = async () => {
  const response = await fetched("");
  await (await caches.open(CACHE)).put(address(""), response);
  await fill();
};

// Which kept file answers a request; nothing if the network does.
const fileOf = ({ method, url, mode, cache }) => {
  if (method !== "GET" || cache === "reload" || !url.startsWith(scope)) return;
  const path = url.slice(scope.length).split(/[?#]/)[0];
  if (mode === "navigate") return path === "" || path === "index.html" ? "" : undefined;
  return NAMED_BY_CONTENT.test(path) ? path : undefined;
};

// A page that has a worker makes a newer one wait: also the page that was there before any.
addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(forgetOlder().then(() => clients.claim())));
addEventListener("message", ({ data }) => data === "take" && skipWaiting());
addEventListener("fetch", (event) => {
  const file = fileOf(event.request);
  if (file === undefined) return;
  event.respondWith(answer(file, event.request));
  if (!file) event.waitUntil(freshen().catch(() => {}));
});
