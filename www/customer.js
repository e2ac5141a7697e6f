// Opens the customer's screen, and keeps a device awake that shows nothing else. What came with the right hash is what the
// import takes (see page.js).
const hint = document.querySelector("link[rel=modulepreload]");
const { href, integrity } = hint;
const checked = hint.relList.supports("modulepreload")
  ? new Promise((onload, onerror) => document.head.append(Object.assign(hint.cloneNode(), { onload, onerror })))
  : fetch(href, { integrity });
const screen = document.getElementById("customer");

// Nobody stands before this screen who could load it again.
const again = () => setTimeout(() => location.reload(), 5_000);

checked
  .then(() => import(href))
  .then(({ default: init, openCustomer }) => init().then(() => openCustomer(screen)))
  .catch(again);

const keepAwake = () => {
  if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
};
keepAwake();
document.addEventListener("visibilitychange", keepAwake);
// A finger makes it fill the device; where the browser refuses, it stays as it is.
screen.addEventListener("click", () => document.documentElement.requestFullscreen?.().catch(() => {}));
