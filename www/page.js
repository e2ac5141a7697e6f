import init, { openPage } from "./pkg/SCANTILL_NAME(pkg/scantill.js)";

init()
  .then(() => openPage(document.getElementById("till")))
  .catch(window.tillFailed);
