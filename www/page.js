// A browser may fetch a module again, without its hash, if the hash was wrong. So the page's hint is repeated and awaited:
// what came with the right hash is what the import takes.
const hint = document.querySelector("link[rel=modulepreload]");
const { href, integrity } = hint;
const checked = hint.relList.supports("modulepreload")
  ? new Promise((onload, onerror) => document.head.append(Object.assign(hint.cloneNode(), { onload, onerror })))
  : fetch(href, { integrity });

checked
  .then(() => import(href))
  .then(({ default: init, openPage }) => init().then(() => openPage(document.getElementById("till"))))
  // Nothing of this is needed for a sale.
  .then(() =>
    document.head.append(
      Object.assign(document.createElement("script"), {
        type: "module",
        src: "./SCANTILL_NAME(app.js)",
        integrity: "SCANTILL_SHA256(app.js)",
      }),
    ),
  )
  .catch(window.tillFailed);
