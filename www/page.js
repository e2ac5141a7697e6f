import init, { openPage } from "./pkg/scantill.js";

init()
  .then(() => openPage(document.getElementById("till")))
  .catch(window.tillFailed);
