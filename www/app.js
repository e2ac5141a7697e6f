// What the till's own page does once the till stands. No sale needs it: it keeps the till for a start without a network,
// takes a newer till while nobody is served, goes back to an empty amount, and fills the screen.

const host = document.getElementById("till");
const { serviceWorker: workers } = navigator;
const IDLE = `scantill:${new URL(".", location.href).href.replace(/\/$/, "")}:idle-minutes`;
const IDLE_MINUTES = 2;
const LOOK_MS = 1_000;
const REGISTER_AFTER_MS = 2_000;
const UPDATE_EVERY_MS = 3_600_000;
const HOLD_MS = 1_000;
// No payment is in hand.
const FREE = ["ready", "scanning", "pairing", "revoked"];

const readIdleMinutes = () => {
  try {
    return Number(localStorage.getItem(IDLE) ?? IDLE_MINUTES);
  } catch {
    return IDLE_MINUTES;
  }
};

let idleMinutes = readIdleMinutes();
let touchedAt = performance.now();
let isNewer = false;

// The till decides what it gives up, and says whether its page may be loaded again. A till that broke holds nothing.
const isAtRest = (givesUp) => {
  try {
    return host.scantillTill.goIdle(givesUp);
  } catch {
    return true;
  }
};

const isSettled = ({ state }) => ["installed", "activated", "redundant"].includes(state);
const changes = (worker, isThere) =>
  new Promise((tell) => {
    const look = () => isThere(worker) && tell();
    worker.addEventListener("statechange", look);
    look();
  });

const forgetKept = async () => {
  for (const name of await caches.keys()) if (name.startsWith("scantill ")) await caches.delete(name);
};

// Takes a till that waits, and loads the page again if that is still right then. If the browser could not keep the newer
// till, `otherwise` comes instead.
const take = async (isRight, otherwise) => {
  try {
    const registration = await workers.getRegistration();
    await registration.update();
    if (registration.installing) await changes(registration.installing, isSettled);
    const { waiting } = registration;
    if (!isRight()) return;
    if (waiting) {
      waiting.postMessage("take");
      await changes(waiting, ({ state }) => state === "activated" || state === "redundant");
    } else {
      await otherwise?.();
    }
  } catch {
    // No worker, or no network: the page alone is asked for.
  }
  if (isRight()) location.reload();
};

const lookIdle = () => {
  const minutes = idleMinutes || IDLE_MINUTES;
  if (performance.now() - touchedAt < minutes * 60_000) return;
  touchedAt = performance.now();
  if (isAtRest(idleMinutes > 0) && isNewer) take(() => isAtRest(false));
};

const register = async () => {
  const registration = await workers.register("./service-worker.js", { updateViaCache: "none" });
  isNewer = Boolean(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const { installing, active } = registration;
    if (active) changes(installing, isSettled).then(() => (isNewer = installing.state !== "redundant"));
  });
  setInterval(() => registration.update().catch(() => {}), UPDATE_EVERY_MS);
};

host.scantillPage = {
  get fullScreen() {
    return document.fullscreenEnabled ? Boolean(document.fullscreenElement) : undefined;
  },
  toggleFullScreen: () =>
    document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen({ navigationUI: "hide" }),
  get idleMinutes() {
    return idleMinutes;
  },
  set idleMinutes(minutes) {
    idleMinutes = minutes;
    try {
      localStorage.setItem(IDLE, minutes);
    } catch {
      // It holds until the page is closed.
    }
  },
  loadNewest: () => take(() => FREE.includes(host.scantillTill.state), forgetKept),
};

const touched = () => (touchedAt = performance.now());
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touched, { capture: true, passive: true });

// The browser's own edges have the colour of the screen.
const theme = document.querySelector("meta[name=theme-color]");
host.addEventListener("scantill:state", () => {
  touched();
  requestAnimationFrame(() => {
    const painted = host.shadowRoot?.querySelector(".till");
    if (painted) theme.content = getComputedStyle(painted).backgroundColor;
  });
});

// In a kiosk the settings open to a long press: a customer who touches everything does not come there.
const openForStaff = () => {
  let hold;
  const opener = (event) => event.composedPath().find((node) => node.dataset?.action === "scanner");
  const listen = (kind, act) => host.addEventListener(kind, act, { capture: true });
  listen("pointerdown", (event) => {
    const button = opener(event);
    hold = button && setTimeout(() => button.click(), HOLD_MS);
  });
  for (const kind of ["pointerup", "pointercancel", "pointerleave"]) listen(kind, () => clearTimeout(hold));
  // A click of the timer or of a keyboard has no detail.
  listen("click", (event) => {
    if (event.detail && opener(event)) event.stopImmediatePropagation();
  });
  document.documentElement.dataset.kiosk = "";
  addEventListener("contextmenu", (event) => event.preventDefault());
};

if (new URLSearchParams(location.search).has("kiosk")) openForStaff();
setInterval(lookIdle, LOOK_MS);
if (workers) setTimeout(() => register().catch(() => {}), REGISTER_AFTER_MS);
