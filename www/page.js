import init, { openPage } from "./pkg/scantill.js";

const message = document.getElementById("message");

try {
  await init();
  openPage(document.getElementById("till"));
} catch (error) {
  console.error(error);
  message.textContent =
    "The till could not be loaded. Check the connection, then load this page again. No payment is lost by that.";
}
